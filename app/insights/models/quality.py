"""Reviewing how agents talk, by score cards; and when they are to be at work."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models import Conversation
from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff


class ScoreCard(db.Base):
    """A version of a card: questions with weights, `{"key", "words", "weight", "fatal"}`. A version
    never changes; the newest of a name is the one in use while it is on."""

    __tablename__ = "score_card"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    questions: Mapped[list[dict[str, Any]]]
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())
    made_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]


class Response(StrEnum):
    """What the agent says of a review of her."""

    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    DISAGREED = "disagreed"


class QualityReview(db.Base):
    """One person's view of one conversation by one card; once. Those for calibration are compared
    with others' and count for nobody."""

    __tablename__ = "quality_review"
    __table_args__ = (
        UniqueConstraint("conversation_id", "card_id", "reviewer_id"),
        Index("ix_quality_review_agent", "agent_id", "reviewed_at"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    card_id: Mapped[UUID] = mapped_column(ForeignKey("score_card.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    calibration: Mapped[bool] = mapped_column(default=False, server_default=false())
    # By question's key: points from 0 to 4 or None for "does not apply", a comment, a message's id.
    answers: Mapped[dict[str, Any]]
    score: Mapped[Any] = mapped_column(Numeric(5, 2))
    failed: Mapped[bool]
    reviewed_at: Mapped[datetime]
    response: Mapped[Response] = mapped_column(default=Response.NONE, server_default="none")
    response_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    responded_at: Mapped[datetime | None]

    card: Mapped[ScoreCard] = relationship()
    agent: Mapped[Staff] = relationship(foreign_keys=[agent_id])
    reviewer: Mapped[Staff] = relationship(foreign_keys=[reviewer_id])


class Sample(db.Base):
    """A conversation drawn by lot for a week, to be reviewed."""

    __tablename__ = "quality_sample"
    __table_args__ = (Index("ix_quality_sample_week", "week", "agent_id"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), primary_key=True)
    week: Mapped[date]
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]

    conversation: Mapped[Conversation] = relationship()
    agent: Mapped[Staff] = relationship()


class Shift(db.Base):
    """When somebody is to be there, entered or imported; a shift that begins then is one."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("staff_id", "begins_at"),
        CheckConstraint("ends_at > begins_at", name="ends_after"),
        Index("ix_shift_begins_at", "begins_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime]

    staff: Mapped[Staff] = relationship(foreign_keys=[staff_id])
