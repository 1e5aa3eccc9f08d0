"""What articles are found by: the index in PostgreSQL, its words, and words that mean the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class SearchEntry(db.Base):
    """An article as the index in PostgreSQL holds it: plain text, and its stems by weight."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_stems", "stems", postgresql_using="gin"),)

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    markets: Mapped[list[str]] = mapped_column(default=list)
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


class Synonyms(db.Base):
    """What people of one language call the same. Until somebody writes them, the shipped ones."""

    __tablename__ = "search_synonyms"

    language: Mapped[str] = mapped_column(Text, primary_key=True)
    groups: Mapped[list[Any]] = mapped_column(JSONB)
    updated_at: Mapped[datetime]
