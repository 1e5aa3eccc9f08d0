"""What readers looked for, and which answers agents gave with an article."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Place(StrEnum):
    HELP = "help"
    WIDGET = "widget"
    BOT = "bot"
    DESK = "desk"


class ArticleSearch(db.Base):
    """A question that was asked, without who asked it: addresses and numbers are cut before.

    `gist` are its stems in order, so that the same question in other words is counted together.
    """

    __tablename__ = "article_search"
    __table_args__ = (Index("ix_article_search_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    place: Mapped[Place]
    language: Mapped[str] = mapped_column(Text)
    market: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    gist: Mapped[str] = mapped_column(Text)
    found: Mapped[int]
    opened: Mapped[bool] = mapped_column(default=False)


class ArticleUse(db.Base):
    """An article was put into an answer. Once a conversation."""

    __tablename__ = "article_use"
    __table_args__ = (
        UniqueConstraint("article_id", "conversation_id"),
        Index("ix_article_use_conversation_id", "conversation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    article_id: Mapped[UUID] = mapped_column(ForeignKey("article.id"))
    language: Mapped[str] = mapped_column(Text)
    conversation_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    at: Mapped[datetime]
