"""What is said in a conversation, with its files."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Author(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class MessageKind(StrEnum):
    TEXT = "text"
    NOTE = "note"  # for staff only
    ACTIVITY = "activity"  # "Ana took over"


class Message(db.Base):
    """One bubble. `client_key` makes a repeated send one message.

    `extra` holds buttons, cards, what the attachments are called, and for an activity its code
    and parameters, so that everyone reads it in her own language.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    kind: Mapped[MessageKind]
    author: Mapped[Author]
    author_id: Mapped[UUID | None]
    author_name: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Attachment(db.Base):
    """A file on its way to, or in, a message. Unsent ones are deleted after a day."""

    __tablename__ = "attachment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"), index=True)
    uploaded_by: Mapped[Author]
    uploader_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(Text, index=True)
    created_at: Mapped[datetime]

    def described(self) -> dict[str, Any]:
        """What a message tells of it. Where it is stored stays with us."""
        return {
            "id": str(self.id),
            "name": self.name,
            "media_type": self.media_type,
            "size": self.size,
        }


class ToldSecret(db.Base):
    """Where in a message a secret stands, and when it is covered; then the row goes."""

    __tablename__ = "told_secret"

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    spans: Mapped[list[dict[str, Any]]]
    cover_at: Mapped[datetime] = mapped_column(index=True)
