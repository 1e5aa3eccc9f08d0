"""What the bot understood, and what it remembers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, ForeignKey, Index, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db


class Understanding(db.Base):
    """What the bot took a customer's message for, how sure it was, and its second guess.

    Beside the message, not in it: reviews and reports read this by intent and by time, and never
    the messages. `at` is when she wrote.
    """

    __tablename__ = "understanding"
    __table_args__ = (
        Index("ix_understanding_at", "at", "message_id"),
        Index("ix_understanding_intent", "intent", "at", "message_id"),
        Index("ix_understanding_conversation", "conversation_id"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    channel: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float | None]
    next_intent: Mapped[str | None] = mapped_column(Text)
    next_confidence: Mapped[float | None]
    at: Mapped[datetime]


# Rasa's own table, as its SQLTrackerStore makes it. Rasa writes it, we only forget from it, so it
# is no model.
_BOTS_MEMORY = """
CREATE SCHEMA IF NOT EXISTS bot;
CREATE TABLE IF NOT EXISTS bot.events (
    id serial PRIMARY KEY, sender_id varchar(255) NOT NULL, type_name varchar(255) NOT NULL,
    timestamp double precision, intent_name varchar(255), action_name varchar(255), data text
);
CREATE INDEX IF NOT EXISTS ix_events_sender_id ON bot.events (sender_id);
CREATE INDEX IF NOT EXISTS ix_events_timestamp ON bot.events (timestamp);
"""
_memory = DDL(_BOTS_MEMORY)  # type: ignore[no-untyped-call]
event.listen(Understanding.__table__, "after_create", _memory)
