"""For authors: the languages of an article, and every version of what it said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from app.core import db
from app.core.i18n import LANGUAGES
from kb.errors import ArticleNotFound
from kb.models import Article, ArticleFile, ArticleVersion, State, Translation


@dataclass(frozen=True, slots=True)
class Rendition:
    """An article in one language as its authors see it. Numbers are None where there is none.

    `is_missing` is a language that it is not written in; `is_stale` when the source moved on.
    """

    language: str
    is_source: bool
    title: str = ""
    published: int | None = None
    draft: int | None = None
    is_missing: bool = True
    is_stale: bool = False
    helpful: int = 0
    unhelpful: int = 0
    used: int = 0
    updated_at: datetime | None = None


def renditions(article: Article) -> list[Rendition]:
    """One for every language, the source first. Whoever has the article may see them."""
    query = (
        select(Translation, ArticleVersion)
        .join(ArticleVersion, ArticleVersion.translation_id == Translation.id)
        .where(
            Translation.article_id == article.id,
            ArticleVersion.state.in_([State.DRAFT, State.PUBLISHED])
            | (ArticleVersion.number == Translation.number),
        )
    )
    rows: dict[str, list[tuple[Translation, ArticleVersion]]] = {}
    for translation, version in db.session.execute(query):
        rows.setdefault(translation.language, []).append((translation, version))
    source = _published(rows.get(article.source_language, []))
    every = [_rendition(article, code, rows.get(code, []), source) for code in LANGUAGES]
    return sorted(every, key=lambda each: not each.is_source)


def versions(article: Article, language: str) -> list[ArticleVersion]:
    """The latest first."""
    query = _of(article, language).order_by(ArticleVersion.number.desc())
    return list(db.session.scalars(query))


def version(article: Article, language: str, version_id: UUID) -> ArticleVersion:
    """Raises ArticleNotFound."""
    query = _of(article, language).where(ArticleVersion.id == version_id)
    found = db.session.scalar(query)
    if found is None:
        raise ArticleNotFound(slug=article.slug)
    return found


def latest(article: Article, language: str) -> ArticleVersion | None:
    """What an author goes on with; None in a language that is new to the article."""
    query = _of(article, language).order_by(ArticleVersion.number.desc()).limit(1)
    return db.session.scalar(query)


def files_of(article_id: UUID) -> list[ArticleFile]:
    query = select(ArticleFile).where(ArticleFile.article_id == article_id)
    return list(db.session.scalars(query.order_by(ArticleFile.added_at)))


def _of(article: Article, language: str) -> Select[ArticleVersion]:
    return (
        select(ArticleVersion)
        .join(Translation, Translation.id == ArticleVersion.translation_id)
        .where(Translation.article_id == article.id, Translation.language == language)
    )


def _published(rows: list[tuple[Translation, ArticleVersion]]) -> int | None:
    return next((v.number for _, v in rows if v.state is State.PUBLISHED), None)


def _rendition(
    article: Article,
    language: str,
    rows: list[tuple[Translation, ArticleVersion]],
    source: int | None,
) -> Rendition:
    is_source = language == article.source_language
    if not rows:
        return Rendition(language, is_source)
    translation = rows[0][0]
    published = _published(rows)
    stale = published is not None and source is not None and translation.translated_from < source
    return Rendition(
        language,
        is_source,
        title=max((version for _, version in rows), key=lambda each: each.number).title,
        published=published,
        draft=next((v.number for _, v in rows if v.state is State.DRAFT), None),
        is_missing=False,
        is_stale=stale and not is_source,
        helpful=translation.helpful,
        unhelpful=translation.unhelpful,
        used=translation.used,
        updated_at=translation.updated_at,
    )
