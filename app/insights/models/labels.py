"""What supervisors say of the bot's understanding."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class BotLabel(db.Base):
    """What a customer's message really meant, one word of one person a message.

    `words` are the message as a trainer may read it, without personal data. `to_learn` puts it
    into the export.
    """

    __tablename__ = "bot_label"
    __table_args__ = (
        Index(
            "ix_bot_label_to_learn",
            "language",
            "intent",
            postgresql_where=text("to_learn IS true"),
        ),
    )

    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("understanding.message_id", ondelete="CASCADE"), primary_key=True
    )
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    language: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    to_learn: Mapped[bool]
    labelled_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    labelled_at: Mapped[datetime]
