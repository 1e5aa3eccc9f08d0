"""An article as its readers get it: one published version, with what all its languages share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.core.actor import Actor
from kb.models import Article, ArticleVersion, Audience, State, Translation
from kb.reach import reach_of, within


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as its reader gets it, in one language.

    `is_stale` when the source says something else by now; then `source_language` says it right.
    """

    id: UUID
    slug: str
    language: str
    category: str
    audience: Audience
    title: str
    summary: str
    body: str
    number: int
    updated_at: datetime
    source_language: str
    is_stale: bool
    helpful: int
    unhelpful: int
    used: int


def shown_to(actor: Actor) -> Select[Any]:
    """What of articles this actor may read: their published versions, with what they share."""
    return (
        select(Article, Translation, ArticleVersion, source_number())
        .join(Translation, Translation.article_id == Article.id)
        .join(ArticleVersion, ArticleVersion.translation_id == Translation.id)
        .where(ArticleVersion.state == State.PUBLISHED, within(reach_of(actor)))
    )


def as_shown(rows: Iterable[Any]) -> list[Shown]:
    return [_shown(*row) for row in rows]


def source_number() -> Any:
    """The number of the published version in an `Article`'s own language, as a subquery."""
    source, version = aliased(Translation), aliased(ArticleVersion)
    query = (
        select(func.max(version.number))
        .join(source, version.translation_id == source.id)
        .where(
            source.article_id == Article.id,
            source.language == Article.source_language,
            version.state == State.PUBLISHED,
        )
    )
    return query.correlate(Article).scalar_subquery()


def _shown(
    article: Article, translation: Translation, version: ArticleVersion, source: int | None
) -> Shown:
    is_source = translation.language == article.source_language
    return Shown(
        id=article.id,
        slug=article.slug,
        language=translation.language,
        category=article.category,
        audience=article.audience,
        title=version.title,
        summary=version.summary,
        body=version.body,
        number=version.number,
        updated_at=version.saved_at,
        source_language=article.source_language,
        is_stale=not is_source and source is not None and translation.translated_from < source,
        helpful=translation.helpful,
        unhelpful=translation.unhelpful,
        used=translation.used,
    )
