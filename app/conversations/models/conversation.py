"""The talk, where it stands, and how sure we are who is talking."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Text, and_, case, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models.inbox import Inbox
from app.core import clock, db
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.models import Staff


class Status(StrEnum):
    BOT = "bot"  # the bot answers
    WAITING = "waiting"  # a person is asked for, none has accepted
    OPEN = "open"  # a person owns it
    RESOLVED = "resolved"


class Verification(StrEnum):
    """How sure we are who writes, each surer than the one before it."""

    NONE = "none"  # anonymous
    ADDRESS = "address"  # she writes from an address that is known to be hers
    PRESENT = "present"  # a code came to just that address: nobody has forged the sender
    IDENTITY = "identity"  # the operator's site signed for her, or a code came another way

    def covers(self, needed: "Verification") -> bool:
        """Whether this is at least as sure as is needed."""
        steps = list(Verification)
        return steps.index(self) >= steps.index(needed)


class Conversation(db.Base):
    """The talk. `last_seq` numbers its messages without gaps: what replay relies on.

    `address` is the customer's in its inbox, where the channel has addresses.
    `visitor_email` and `visitor_topic` are what she wrote of herself: they prove nothing.
    `known_by` is how sure we are without a code; what a code has proven, `proven_as`, ends with
    `proven_until`. `code_id` is the code that was asked for last, and until `code_due` digits
    written here are taken for it.
    `learnt` is what the bot found out: intent, topic, slots, tried, reason.
    """

    __tablename__ = "conversation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    inbox_id: Mapped[UUID] = mapped_column(ForeignKey("inbox.id"))
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    visitor_id: Mapped[UUID]
    visitor_name: Mapped[str] = mapped_column(Text, default="")
    visitor_email: Mapped[str] = mapped_column(Text, default="", server_default="")
    visitor_topic: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[Status]
    known_by: Mapped[Verification] = mapped_column("verification")
    proven_as: Mapped[Verification | None]
    proven_until: Mapped[datetime | None]
    code_id: Mapped[UUID | None]
    code_due: Mapped[datetime | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    awaits_customer: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)
    bot_seq: Mapped[int] = mapped_column(default=0)
    customer_read_seq: Mapped[int] = mapped_column(default=0)
    staff_read_seq: Mapped[int] = mapped_column(default=0)
    learnt: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_conversation_customer", "customer_id", "last_message_at"),
        Index("ix_conversation_visitor", "visitor_id"),
        Index("ix_conversation_assignee", "assignee_id", "status"),
        Index(
            "ix_conversation_waiting", "handed_over_at", postgresql_where=text("status = 'waiting'")
        ),
        Index(
            "ix_conversation_with_bot",
            "last_message_at",
            postgresql_where=text("status = 'bot'"),
        ),
        Index("ix_conversation_created_at", "created_at"),
    )

    inbox: Mapped[Inbox] = relationship()
    customer: Mapped[Customer | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()

    @hybrid_property
    def verification(self) -> Verification:
        """How sure we are who writes just now: what a code has proven ends by itself."""
        if self.known_by is Verification.IDENTITY or self.proven_as is None:
            return self.known_by
        is_over = self.proven_until is None or self.proven_until <= clock.now()
        return self.known_by if is_over else self.proven_as

    @verification.inplace.setter
    def _known_by(self, value: Verification) -> None:
        """Known without a code, or no longer."""
        self.known_by = value

    @verification.inplace.expression
    @classmethod
    def _verification(cls) -> ColumnElement[Verification]:
        signed = cls.known_by == Verification.IDENTITY
        proven = and_(~signed, cls.proven_as.is_not(None), cls.proven_until > clock.now())
        return case((proven, cls.proven_as), else_=cls.known_by)

    @property
    def can_be_rated(self) -> bool:
        """Once per resolution."""
        if self.status is not Status.RESOLVED or self.resolved_at is None:
            return False
        return self.rated_at is None or self.rated_at < self.resolved_at

    @property
    def is_with_person(self) -> bool:
        return self.status in {Status.WAITING, Status.OPEN}
