"""Tickets: the promise with a clock."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conversations.models import Conversation
from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.models import Staff


class Status(StrEnum):
    NEW = "new"  # nobody has accepted it
    OPEN = "open"
    PENDING = "pending"  # waits for the customer
    RESOLVED = "resolved"
    CLOSED = "closed"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Topic(StrEnum):
    BILLING = "billing"
    TECHNICAL = "technical"
    SALES = "sales"
    ACCOUNT = "account"
    OTHER = "other"


class Ticket(db.Base):
    """`reference` is TT-2026-000123. `context` is what the bot learnt, as told at hand-over."""

    __tablename__ = "ticket"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    topic: Mapped[Topic]
    priority: Mapped[Priority]
    language: Mapped[str] = mapped_column(Text)
    status: Mapped[Status]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    summary: Mapped[str] = mapped_column(Text, default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    respond_by: Mapped[datetime]
    resolve_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index(
            "ix_ticket_queue", "market_code", "created_at", postgresql_where=text("status = 'new'")
        ),
        Index("ix_ticket_assignee", "assignee_id", "status"),
        Index("ix_ticket_customer", "customer_id", "created_at"),
        Index("ix_ticket_created_at", "created_at"),
    )

    customer: Mapped[Customer | None] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    assignee: Mapped[Staff | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.status in {Status.NEW, Status.OPEN, Status.PENDING}
