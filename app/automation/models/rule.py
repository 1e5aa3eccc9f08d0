"""Rules, what they said before, and what each run of one did."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.tickets.models import Ticket


class Rule(db.Base):
    """When something happens to a ticket or a talk, and if so it is, then this is done.

    `content` is a `definition.RuleContent`; what one looks for is beside it: trigger and market
    (None: every market). Lower `position` goes first. `stopped_why` is set while it is off because
    it ran in circles. One that was removed stays, for its runs.
    """

    __tablename__ = "automation_rule"
    __table_args__ = (
        Index(
            "ix_automation_rule_in_force",
            "trigger",
            postgresql_where=text("is_on AND removed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market.code"))
    trigger: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]]
    position: Mapped[int]
    is_on: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    stopped_why: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by_name: Mapped[str] = mapped_column(Text)
    removed_at: Mapped[datetime | None]


class Edition(db.Base):
    """What a rule, workflow or macro said as its version `number`: nothing that was is lost."""

    __tablename__ = "automation_edition"
    __table_args__ = (UniqueConstraint("thing_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    thing_id: Mapped[UUID]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(Text)


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"  # some of it was refused
    NOTHING = "nothing"  # all was so already
    REFUSED = "refused"
    FAILED = "failed"  # a fault of ours; the other rules went on
    STOPPED = "stopped"  # it ran in circles


class Run(db.Base):
    """A rule whose conditions held, once for what happened: `effect_key` is the rule and the event.

    `why` are the conditions that held, `did` what became of each action. Words of customers are in
    neither.
    """

    __tablename__ = "automation_run"
    __table_args__ = (
        Index("ix_automation_run_rule", "rule_id", "id"),
        Index("ix_automation_run_ticket", "ticket_id", "rule_id", "at"),
        Index("ix_automation_run_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("automation_rule.id"))
    rule_version: Mapped[int]
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    trigger: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"))
    at: Mapped[datetime]
    depth: Mapped[int]
    outcome: Mapped[Outcome]
    why: Mapped[list[dict[str, Any]]]
    did: Mapped[list[dict[str, Any]]]

    rule: Mapped[Rule] = relationship()
    ticket: Mapped[Ticket | None] = relationship()
