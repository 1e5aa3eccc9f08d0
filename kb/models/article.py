"""An article, its languages, and every version of what they said."""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, ForeignKey, Index, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Audience(StrEnum):
    PUBLIC = "public"
    CUSTOMERS = "customers"
    STAFF = "staff"


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ArticleCategory(db.Base):
    """A shelf, on another one or on the wall. `names` are {language: name}."""

    __tablename__ = "kb_category"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("kb_category.code"))
    names: Mapped[dict[str, Any]]
    position: Mapped[int]

    def name_in(self, language: str) -> str:
        return str(self.names.get(language) or self.names.get("en") or self.code)


class Article(db.Base):
    """What its languages share: where it stands, who reads it, who keeps it right.

    `markets` empty means every market. `source_language` is what the others are translated from.
    """

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_review_on", "review_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    category: Mapped[str] = mapped_column(ForeignKey("kb_category.code"), index=True)
    audience: Mapped[Audience]
    markets: Mapped[list[str]] = mapped_column(default=list)
    source_language: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    review_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Translation(db.Base):
    """An article in one language. `number` is its latest version.

    `translated_from` is the source's version that it says the same as.
    """

    __tablename__ = "article_translation"
    __table_args__ = (UniqueConstraint("article_id", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"))
    language: Mapped[str] = mapped_column(Text)
    number: Mapped[int] = mapped_column(default=0)
    translated_from: Mapped[int] = mapped_column(default=0)
    helpful: Mapped[int] = mapped_column(default=0)
    unhelpful: Mapped[int] = mapped_column(default=0)
    used: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class ArticleVersion(db.Base):
    """What an article says, said or will say, and who wrote it so. `body` is Markdown.

    `search_words` are what people call the matter where the text says it otherwise.
    """

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("translation_id", "number"),
        Index(
            "uq_article_version_published",
            "translation_id",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_article_version_draft",
            "translation_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    translation_id: Mapped[UUID] = mapped_column(ForeignKey("article_translation.id"))
    number: Mapped[int]
    state: Mapped[State]
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    search_words: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Text)


class ArticleFile(db.Base):
    """A picture or document of an article, seen by who reads the article."""

    __tablename__ = "article_file"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(Text)


# The shelves that every knowledge base begins with; they may be renamed, moved and added to.
SHELVES = {
    "billing": ("Bills", "Facturas", "Faturas"),
    "payments": ("Payments and top-ups", "Pagos y recargas", "Pagamentos e recargas"),
    "plans": ("Plans and add-ons", "Planes y paquetes", "Planos e pacotes"),
    "data": ("Data and roaming", "Datos y roaming", "Dados e roaming"),
    "calls": ("Calls and voicemail", "Llamadas y buzón de voz", "Chamadas e caixa postal"),
    "sim": ("SIM and number", "SIM y número", "Chip e número"),
    "home": ("Internet and TV at home", "Internet y TV en casa", "Internet e TV em casa"),
    "account": ("Your account", "Tu cuenta", "Sua conta"),
    "procedures": ("Procedures for staff", "Procedimientos internos", "Procedimentos internos"),
}


def _row(position: int, code: str, names: tuple[str, str, str]) -> str:
    told = json.dumps(dict(zip(("en", "es", "pt"), names, strict=True)), ensure_ascii=False)
    return f"('{code}', '{told}', {position})"


FIRST_SHELVES = "INSERT INTO kb_category (code, names, position) VALUES " + ", ".join(  # noqa: S608
    _row(position, code, names) for position, (code, names) in enumerate(SHELVES.items(), 1)
)
_shelves = DDL(FIRST_SHELVES)  # type: ignore[no-untyped-call]
event.listen(ArticleCategory.__table__, "after_create", _shelves)
