"""Tickets: the promise with a clock."""

from datetime import datetime
from typing import Any, Optional
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.catalog.models import Service
from app.conversations.models import Conversation
from app.core import clock, db
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.models import Staff
from app.tickets.models.setup import Category, CustomStatus
from app.tickets.models.values import OPEN_STATUSES, Level, Priority, Status, TicketType, Topic

# Must stand in the index as in the queries: an expression with values of its own, no parameters.
RANK = (
    "CASE ticket.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END"
)
# As PostgreSQL writes it down, which is how migrations compare it with what is there.
_RANK_IN_INDEX = text(
    "(\nCASE priority\n    WHEN 'urgent'::text THEN 0\n    WHEN 'high'::text THEN 1"
    "\n    WHEN 'normal'::text THEN 2\n    ELSE 3\nEND)"
)
_WAITING = text("status = 'new' AND snoozed_until IS NULL")


class Ticket(db.Base):
    """`reference` is TT-2026-000123. `context` is what the bot learnt, as told at hand-over.

    `status_id` is the operator's own name for where it stands, and goes when the status moves;
    `status_since` is when that was, None where nobody noted it.
    `priority_reason` says why the priority is another than impact and urgency give. `fields` are
    the operator's own, typed, by the field's id. Asleep until `snoozed_until` it waits for nobody.
    `service` is that of the line that it is about, where that is known.
    It waits for the team that it was sent to, else for that of its inbox. `respond_by` and
    `resolve_by` are when its clocks are due, or were before they stood still.
    """

    __tablename__ = "ticket"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    type: Mapped[TicketType] = mapped_column(
        default=TicketType.REQUEST, server_default=TicketType.REQUEST.value
    )
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket_category.id"))
    subject: Mapped[str] = mapped_column(Text)
    topic: Mapped[Topic]
    service: Mapped[Service | None]
    priority: Mapped[Priority]
    priority_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    impact: Mapped[Level | None]
    urgency: Mapped[Level | None]
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[Status]
    status_since: Mapped[datetime | None]
    status_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket_status.id"))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    summary: Mapped[str] = mapped_column(Text, default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    respond_by: Mapped[datetime]
    resolve_by: Mapped[datetime]
    due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))

    __table_args__ = (
        CheckConstraint("parent_id <> id", name="parent"),
        Index(
            "ix_ticket_queue",
            "market_code",
            _RANK_IN_INDEX,
            "created_at",
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_ticket_queue_everywhere", _RANK_IN_INDEX, "created_at", postgresql_where=_WAITING
        ),
        Index("ix_ticket_assignee", "assignee_id", "status"),
        Index("ix_ticket_customer", "customer_id", "created_at"),
        Index("ix_ticket_created_at", "created_at"),
        # What somebody could take, by how pressing and by how long it waits.
        Index(
            "ix_ticket_line",
            "market_code",
            "language",
            _RANK_IN_INDEX,
            "created_at",
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_ticket_oldest",
            "market_code",
            "language",
            "created_at",
            postgresql_where=_WAITING,
        ),
        # What somebody has in hand.
        Index(
            "ix_ticket_in_hand",
            "assignee_id",
            "market_code",
            "conversation_id",
            postgresql_where=text("status = 'open' AND snoozed_until IS NULL"),
        ),
        Index("ix_ticket_type", "type", "id"),
        Index("ix_ticket_due", "resolve_by", "id"),
        Index(
            "ix_ticket_category",
            "category_id",
            "id",
            postgresql_where=text("category_id IS NOT NULL"),
        ),
        Index("ix_ticket_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(
            "ix_ticket_merged_into",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_ticket_snoozed", "snoozed_until", postgresql_where=text("snoozed_until IS NOT NULL")
        ),
    )

    customer: Mapped[Customer | None] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()
    category: Mapped[Category | None] = relationship()
    own_status: Mapped[CustomStatus | None] = relationship()
    parent: Mapped[Optional["Ticket"]] = relationship(
        foreign_keys=parent_id, remote_side="Ticket.id"
    )
    merged_into: Mapped[Optional["Ticket"]] = relationship(
        foreign_keys=merged_into_id, remote_side="Ticket.id"
    )

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def waits_for_customer(self) -> bool:
        """Nobody here can do anything now, so clocks stand still: it waits for her, or sleeps."""
        return self.status is Status.PENDING or self.snoozed_until is not None

    @validates("status")
    def _moved(self, _key: str, status: Status) -> Status:
        """A name of the operator's belongs to the status that it was given in."""
        if status != self.status:
            self.status_id, self.status_since = None, clock.now()
        return status
