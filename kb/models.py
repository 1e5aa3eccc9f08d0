"""Articles of the knowledge base, one row per language, their versions, and the search index."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Audience(StrEnum):
    PUBLIC = "public"
    STAFF = "staff"


class Article(db.Base):
    """`slug` joins the languages of one article. `body` is Markdown.

    `search_words` are what people call the matter where the text says it otherwise.
    """

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("slug", "language"),
        Index("ix_article_category", "category", "language"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    audience: Mapped[Audience]
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    search_words: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    helpful: Mapped[int] = mapped_column(default=0)
    unhelpful: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ArticleVersion(db.Base):
    """What an article says or said, and who wrote it so."""

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Text)


class SearchEntry(db.Base):
    """An article as the index in PostgreSQL holds it: plain text, and its stems by weight."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_stems", "stems", postgresql_using="gin"),)

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    for_staff: Mapped[bool]
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    stems: Mapped[str] = mapped_column(TSVECTOR)


class SearchWord(db.Base):
    """A word that occurs in some article: as it is spelt there, and folded to plain letters."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index(
            "ix_search_word_folded",
            "language",
            "folded",
            postgresql_ops={"folded": "text_pattern_ops"},
        ),
    )

    language: Mapped[str] = mapped_column(Text, primary_key=True)
    spelling: Mapped[str] = mapped_column(Text, primary_key=True)
    folded: Mapped[str] = mapped_column(Text)
