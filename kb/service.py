"""What can be done to an article. One command, one transaction: change, audit entry, event."""

import re
from uuid import UUID

from sqlalchemy import func, select, update

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from kb import indexing, switch
from kb.categories import CATEGORIES
from kb.errors import ArticleInvalid, ArticleNotFound
from kb.events import ArticleWithdrawn, ArticleWritten
from kb.models import Article, ArticleVersion, Audience

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# The most characters of each text.
_LIMITS = {"title": 200, "summary": 500, "body": 50_000, "search_words": 1_000}
_OPTIONAL = {"search_words"}


def write(
    slug: str,
    language: str,
    *,
    by: Actor,
    title: str,
    summary: str,
    body: str,
    category: str,
    audience: Audience,
    search_words: str = "",
    publish: bool = True,
) -> Article:
    """Write an article in one language, or the next version of it. `body` is Markdown.

    Writing what it already says changes nothing. Raises ArticleInvalid.
    """
    by.must("kb.write")
    _check_place(slug, language, category)
    content: dict[str, object] = {
        **_checked(title=title, summary=summary, body=body, search_words=search_words),
        "category": category,
        "audience": Audience(audience),
    }
    with db.transaction():
        article = _locked(slug, language)
        if article is None:
            article = Article(slug=slug, language=language, version=0)
            db.session.add(article)
        elif not _differs(article, content, publish):
            return article
        for name, value in content.items():
            setattr(article, name, value)
        article.version += 1
        article.updated_at = clock.now()
        article.published_at = (article.published_at or clock.now()) if publish else None
        db.session.flush()  # its version, and who hears of it, need the row
        _keep_version(article, by)
        audit.record(by, "article.written", "article", article.id, version=article.version)
        events.announce(ArticleWritten(article.id, slug, language, article.updated_at))
    return article


def withdraw(slug: str, language: str, *, by: Actor) -> Article:
    """Take an article out of sight in one language; its text is kept. Raises ArticleNotFound."""
    by.must("kb.write")
    with db.transaction():
        article = _locked(slug, language)
        if article is None:
            raise ArticleNotFound(slug=slug)
        if article.published_at is not None:
            article.published_at = None
            article.updated_at = clock.now()
            db.session.flush()  # who hears of it reads the row
            audit.record(by, "article.withdrawn", "article", article.id)
            events.announce(ArticleWithdrawn(article.id, slug, language, article.updated_at))
    return article


def rate(article_id: UUID, helpful: bool) -> None:
    """Count a reader's thumb up or down. Raises ArticleNotFound."""
    counter = Article.helpful if helpful else Article.unhelpful
    with db.transaction():
        counted = db.session.execute(
            update(Article)
            .where(Article.id == article_id, Article.published_at.is_not(None))
            .values({counter: counter + 1})
            .returning(Article.id)
        )
        if counted.first() is None:
            raise ArticleNotFound(article_id=str(article_id))


def reindex(*, by: Actor) -> int:
    """Build the search index anew from the published articles; returns how many there are."""
    by.must("kb.write")
    with db.transaction():
        published = db.session.scalars(select(Article).where(Article.published_at.is_not(None)))
        index = switch.index()
        index.clear()
        documents = [indexing.document_of(article) for article in published]
        for document in documents:
            index.put(document)
        audit.record(by, "article.reindexed", "article", "*", articles=len(documents))
    return len(documents)


def _locked(slug: str, language: str) -> Article | None:
    """The article, held against other writers, who also must not create it at the same time."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{slug}.{language}"))))
    query = select(Article).filter_by(slug=slug, language=language)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _keep_version(article: Article, by: Actor) -> None:
    db.session.add(
        ArticleVersion(
            article_id=article.id,
            number=article.version,
            title=article.title,
            body=article.body,
            saved_at=article.updated_at,
            saved_by=by.name,
        )
    )


def _differs(article: Article, content: dict[str, object], publish: bool) -> bool:
    unchanged = all(getattr(article, name) == value for name, value in content.items())
    return not unchanged or (article.published_at is not None) != publish


def _check_place(slug: str, language: str, category: str) -> None:
    if not _SLUG.fullmatch(slug) or len(slug) > 80:
        raise ArticleInvalid(field="slug")
    if language not in LANGUAGES:
        raise ArticleInvalid(field="language")
    if category not in CATEGORIES:
        raise ArticleInvalid(field="category")


def _checked(**texts: str) -> dict[str, str]:
    """The texts without space around them. NUL and lone surrogates cannot be stored."""
    for field, value in texts.items():
        storable = "\0" not in value and value.encode(errors="replace").decode() == value
        missing = not value.strip() and field not in _OPTIONAL
        if missing or len(value) > _LIMITS[field] or not storable:
            raise ArticleInvalid(field=field)
    return {field: value.strip() for field, value in texts.items()}
