"""Browsers that talk in a widget."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class WidgetSession(db.Base):
    """A browser that talks in a widget: holds only a random token, good for one visitor.

    `verified_at` is when the site signed for her, or when she proved who she is by a code.
    `network` is a keyed hash of where it was opened from.
    """

    __tablename__ = "widget_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    visitor_id: Mapped[UUID] = mapped_column(index=True)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    network: Mapped[str] = mapped_column(Text, default="", server_default="", index=True)
