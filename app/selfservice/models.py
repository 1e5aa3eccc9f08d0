"""What self-service keeps: care PINs, effects that happened, what the bot proposed, dialogues that
reached the desk."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models import Conversation, Inbox
from app.core import db
from app.core.ids import new_id


class CarePin(db.Base):
    """The number by which a customer proves on the telephone that it is she: argon2id.

    `failures` counts since the last success; at the third it is locked until she chooses anew.
    """

    __tablename__ = "care_pin"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"),)

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    set_at: Mapped[datetime]


class Effect(db.Base):
    """What one step of a dialogue did, and what was said of it: repeated, it only says it again."""

    __tablename__ = "selfservice_effect"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    verb: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Proposal(db.Base):
    """What the bot proposed to a customer; accepted at most once, until `valid_until`.

    `terms` is what she agreed to, as its kind wrote it; `accepted_at` is when. `answer` is what was
    told of it once it was done: accepted again, the same is told again.
    """

    __tablename__ = "proposal"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Text)
    terms: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None]


class Outcome(StrEnum):
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class Result(StrEnum):
    """What came of a call, as its agent noted it."""

    SOLVED = "solved"
    CALL_BACK = "call_back"
    ESCALATED = "escalated"
    NOT_REACHED = "not_reached"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"


class Dialogue(db.Base):
    """A call, or a USSD session that asked for a person, and the conversation it became.

    `sender` is the customer's number, also of `outgoing` calls. `agent_id` is who was rung for it;
    she notes the `result` when it is over.
    """

    __tablename__ = "selfservice_dialogue"
    __table_args__ = (
        UniqueConstraint("inbox_id", "session_id"),
        Index("ix_selfservice_dialogue_conversation", "conversation_id"),
        Index(
            "ix_selfservice_dialogue_to_wrap_up",
            "agent_id",
            postgresql_where=text("ended_at IS NOT NULL AND wrapped_up_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    session_id: Mapped[str] = mapped_column(Text)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    sender: Mapped[str] = mapped_column(Text)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    started_at: Mapped[datetime]
    put_through_at: Mapped[datetime | None]
    call_back: Mapped[bool] = mapped_column(default=False)
    called_back_at: Mapped[datetime | None]
    outgoing: Mapped[bool] = mapped_column(default=False, server_default=false())
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    result: Mapped[Result | None]
    wrapped_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    outcome: Mapped[Outcome | None]

    inbox: Mapped[Inbox] = relationship()
    conversation: Mapped[Conversation] = relationship()
