"""Asking customers how it was, and looking after what was bad."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models import Conversation
from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.models import Staff


class Question(StrEnum):
    CSAT = "csat"  # how content, 1 to 5
    NPS = "nps"  # would she recommend us, 0 to 10
    CES = "ces"  # how easy it was, 1 to 7


class Survey(db.Base):
    """One question about one ticket. Sent when `due_at` has come, unless she told us before.

    `withheld` says why it was not sent. `slice_id` is whose figures her answer counts in.
    """

    __tablename__ = "survey"
    __table_args__ = (
        Index(
            "ix_survey_due_at",
            "due_at",
            postgresql_where=text("asked_at IS NULL AND withheld = ''"),
        ),
        Index("ix_survey_asked_hour", "asked_hour"),
        Index("ix_survey_answered_hour", "answered_hour"),
        Index("ix_survey_customer", "customer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), unique=True)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    question: Mapped[Question]
    way: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    withheld: Mapped[str] = mapped_column(Text, default="", server_default="")
    slice_id: Mapped[int | None]
    asked_at: Mapped[datetime | None]
    asked_hour: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_hour: Mapped[datetime | None]
    score: Mapped[int | None] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, default="", server_default="")

    customer: Mapped[Customer] = relationship()


class FollowUp(db.Base):
    """A bad answer that somebody is to look into. `effect_key` names the answer, so it is one."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_open", "market_code", "at", postgresql_where=text("done_at IS NULL")),
        Index("ix_follow_up_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    question: Mapped[Question]
    score: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, default="", server_default="")
    at: Mapped[datetime]
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="", server_default="")

    conversation: Mapped[Conversation | None] = relationship()
    agent: Mapped[Staff | None] = relationship(foreign_keys=[agent_id])
    carer: Mapped[Staff | None] = relationship(foreign_keys=[taken_by])
