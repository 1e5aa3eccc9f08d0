"""The one door to an article, for readers and for authors."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from kb.errors import ArticleNotFound, FileOfArticleUnknown
from kb.models import Article, ArticleFile, ArticleVersion, State, Translation
from kb.reach import reach_of, within
from kb.shown import Shown, as_shown, shown_to


def article_for(actor: Actor, slug: str, language: str) -> Shown:
    """The published article in this language, else in its own, else in any it is written in.

    Raises ArticleNotFound, also for what this actor may not read.
    """
    query = shown_to(actor).where(Article.slug == _clean(slug))
    readable = as_shown(db.session.execute(query))
    if not readable:
        raise ArticleNotFound(slug=slug)
    return min(readable, key=lambda each: _distance(each, language))


def kept_article(actor: Actor, slug: str, *, lock: bool = False) -> Article:
    """For those who write: published or not. Raises Forbidden, ArticleNotFound."""
    actor.must("kb.write")
    query = select(Article).where(Article.slug == _clean(slug), within(reach_of(actor)))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    article = db.session.scalar(query)
    if article is None:
        raise ArticleNotFound(slug=slug)
    return article


def file_for(actor: Actor, file_id: UUID) -> ArticleFile:
    """A file of an article that this actor may read, or writes. Raises FileOfArticleUnknown."""
    query = select(ArticleFile).join(Article, Article.id == ArticleFile.article_id)
    query = query.where(ArticleFile.id == file_id, within(reach_of(actor)))
    if not actor.may("kb.write"):
        query = query.where(
            select(Translation.id)
            .join(ArticleVersion, ArticleVersion.translation_id == Translation.id)
            .where(Translation.article_id == Article.id, ArticleVersion.state == State.PUBLISHED)
            .exists()
        )
    found = db.session.scalar(query)
    if found is None:
        raise FileOfArticleUnknown
    return found


def _distance(shown: Shown, language: str) -> tuple[bool, bool, bool, str]:
    other = shown.language != language
    return (other, shown.language != "en", shown.language != shown.source_language, shown.language)


def _clean(slug: str) -> str:
    """PostgreSQL takes no NUL and no lone surrogate; no slug has them."""
    return slug.encode("ascii", "replace").decode().replace("\0", "?")
