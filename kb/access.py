"""The one door to an article."""

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from kb.errors import ArticleNotFound
from kb.models import Article, Audience


def article_for(actor: Actor, slug: str, language: str) -> Article:
    """The article in this language, else in English, else in any it is written in.

    Public articles are for everybody; those for staff need `kb.read`, drafts `kb.write`.
    """
    written = db.session.scalars(select(Article).where(Article.slug == _clean(slug)))
    readable = [article for article in written if _may_read(actor, article)]
    if not readable:
        raise ArticleNotFound(slug=slug)
    return min(readable, key=lambda each: (each.language != language, each.language != "en"))


def audience_of(actor: Actor) -> Audience:
    """What this actor may find: staff who may read the knowledge base find everything."""
    insider = actor.is_staff and actor.may("kb.read")
    return Audience.STAFF if insider else Audience.PUBLIC


def _may_read(actor: Actor, article: Article) -> bool:
    if article.published_at is None:
        return actor.is_staff and actor.may("kb.write")
    return article.audience is Audience.PUBLIC or audience_of(actor) is Audience.STAFF


def _clean(slug: str) -> str:
    """PostgreSQL takes no NUL and no lone surrogate; no slug has them."""
    return slug.encode("ascii", "replace").decode().replace("\0", "?")
