"""What the knowledge base announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ArticleWritten:
    """A version of an article was saved in one language; it may still be a draft."""

    article_id: UUID
    slug: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArticleWithdrawn:
    """An article is no longer published in one language."""

    article_id: UUID
    slug: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArticleArranged:
    """An article stands elsewhere, or is for other readers, in all its languages."""

    article_id: UUID
    slug: str
    at: datetime
