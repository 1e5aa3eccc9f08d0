"""Promises: the rules that were decided, the clocks of tickets, what is done when one is late."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.tickets.models.ticket import Ticket


class Goal(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class RuleKind(StrEnum):
    CALENDAR = "calendar"
    POLICY = "policy"
    CHAIN = "chain"


class SlaRule(db.Base):
    """A version of a calendar, a policy or a chain of escalation; `key` is what they share.

    The latest that is `effective_from` by now is in force, unless it `ends` the rule. A version
    never changes, so that clocks may name the one that they ran by. `content` is plain JSON that
    `app.tickets.sla_rules` reads. Without a market it is everybody's.
    """

    __tablename__ = "sla_rule"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        Index("ix_sla_rule_in_force", "kind", "key", "effective_from", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[RuleKind]
    key: Mapped[UUID]
    number: Mapped[int]
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market.code"))
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    ends: Mapped[bool] = mapped_column(default=False)
    effective_from: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID]
    made_by: Mapped[str] = mapped_column(Text)


class Outcome(StrEnum):
    """Why a clock stopped."""

    ANSWERED = "answered"
    SOLVED = "solved"
    ENDED = "ended"  # its ticket was done without an answer that we know of


class TicketClock(db.Base):
    """A promise of a ticket, kept or not. `policy_id` and `calendar_id` are versions of rules, none
    the usual policy, and day and night.

    `used` of the `target` had run when it was let run, at `running_since`; while it stands still
    that and what follows from it, `warn_at` and `due_at`, are None. `next_at` is the next moment at
    which the sweep has something to do. It was last set at `aimed_at`.
    """

    __tablename__ = "ticket_clock"
    __table_args__ = (
        Index(
            "uq_ticket_clock_running",
            "ticket_id",
            text("(goal = 'resolution')"),
            unique=True,
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_ticket_clock_ticket", "ticket_id"),
        Index("ix_ticket_clock_next", "next_at", postgresql_where=text("stopped_at IS NULL")),
        Index("ix_ticket_clock_due", "due_at", postgresql_where=text("stopped_at IS NULL")),
        Index("ix_ticket_clock_aimed", "aimed_at", postgresql_where=text("stopped_at IS NULL")),
        Index("ix_ticket_clock_started", "goal", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    goal: Mapped[Goal]
    policy_id: Mapped[UUID | None] = mapped_column(ForeignKey("sla_rule.id"))
    calendar_id: Mapped[UUID | None] = mapped_column(ForeignKey("sla_rule.id"))
    target: Mapped[timedelta]
    used: Mapped[timedelta]
    warn_percent: Mapped[int]
    stands: Mapped[bool]
    started_at: Mapped[datetime]
    aimed_at: Mapped[datetime]
    running_since: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]

    ticket: Mapped[Ticket] = relationship()


class Occasion(StrEnum):
    WARNING = "warning"
    BREACH = "breach"


class Deed(StrEnum):
    """What a step of a chain does."""

    NOTIFY = "notify"
    RAISE_PRIORITY = "raise_priority"
    REQUEUE = "requeue"
    ASSIGN_SUPERVISOR = "assign_supervisor"


class Escalation(db.Base):
    """A step that is to be taken for a clock, or was. `told` says what came of it."""

    __tablename__ = "ticket_escalation"
    __table_args__ = (
        UniqueConstraint("clock_id", "occasion", "position"),
        Index("ix_ticket_escalation_due", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_ticket_escalation_ticket", "ticket_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    clock_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_clock.id"))
    occasion: Mapped[Occasion]
    position: Mapped[int]
    deed: Mapped[Deed]
    whom: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(Text, default="")
