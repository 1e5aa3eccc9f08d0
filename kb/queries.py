"""Finding articles: by search, and by browsing the shelves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.core import db
from kb import switch
from kb.categories import CATEGORIES
from kb.models import Article, Audience
from kb.search.port import Hit

_MOST = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category that has articles. `name` is translated when it is shown."""

    category: str
    name: Any
    articles: int


def search(text: str, language: str, *, audience: Audience, limit: int = 5) -> list[Hit]:
    """Articles in this language that answer `text`, best first. Never fails on what was typed."""
    return switch.index().search(
        text, language, for_staff=audience == Audience.STAFF, limit=max(1, min(limit, _MOST))
    )


def categories(language: str, *, audience: Audience) -> list[Shelf]:
    """The shelves in their order, without empty ones."""
    counted = (
        _published(language, audience)
        .with_only_columns(Article.category, func.count().label("size"))
        .group_by(Article.category)
    )
    sizes: dict[str, int] = {row.category: row.size for row in db.session.execute(counted)}
    return [Shelf(code, name, sizes[code]) for code, name in CATEGORIES.items() if code in sizes]


def articles_in(category: str, language: str, *, audience: Audience) -> list[Article]:
    """The published articles of one shelf, by title."""
    query = _published(language, audience).where(Article.category == category)
    return list(db.session.scalars(query.order_by(Article.title)))


def _published(language: str, audience: Audience) -> Select[Any]:
    query = select(Article).where(Article.language == language, Article.published_at.is_not(None))
    if audience == Audience.STAFF:
        return query
    return query.where(Article.audience == Audience.PUBLIC)
