"""What an operator decides of its tickets: categories, statuses, fields, priorities, reopening."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.tickets.models.values import Level, Priority, Status, TicketType


class Category(db.Base):
    """A branch of the tree. Without a market it is everybody's; a child is where its parent is."""

    __tablename__ = "ticket_category"
    __table_args__ = (CheckConstraint("parent_id <> id", name="parent"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market.code"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket_category.id"))
    name: Mapped[str] = mapped_column(Text)
    archived_at: Mapped[datetime | None]


class TmfState(StrEnum):
    """The states of a trouble ticket in TMF621, as written there."""

    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inProgress"
    PENDING = "pending"
    HELD = "held"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class CustomStatus(db.Base):
    """The operator's own status of a type: within `status`, one to one with a state of TMF621."""

    __tablename__ = "ticket_status"
    __table_args__ = (
        Index(
            "uq_ticket_status_tmf",
            "type",
            "tmf_state",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    type: Mapped[TicketType]
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[Status]
    tmf_state: Mapped[TmfState]
    archived_at: Mapped[datetime | None]


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"  # several
    YES_NO = "yes_no"


class Required(StrEnum):
    NEVER = "never"
    OPENING = "opening"
    CLOSING = "closing"


class Field(db.Base):
    """A field of the tickets of one type. Its answers are in `Ticket.fields`, by its id."""

    __tablename__ = "ticket_field"
    __table_args__ = (Index("ix_ticket_field_type", "type", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    type: Mapped[TicketType]
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[FieldKind]
    choices: Mapped[list[str]] = mapped_column(default=list)
    required: Mapped[Required]
    position: Mapped[int]
    archived_at: Mapped[datetime | None]


class MatrixCell(db.Base):
    """What priority an impact and an urgency give, where it is not the usual one."""

    __tablename__ = "ticket_matrix"

    impact: Mapped[Level] = mapped_column(primary_key=True)
    urgency: Mapped[Level] = mapped_column(primary_key=True)
    priority: Mapped[Priority]


class ReopenPolicy(db.Base):
    """For how many days after it was solved a market's ticket is the same one again."""

    __tablename__ = "reopen_policy"
    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 365", name="days"),)

    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), primary_key=True)
    days: Mapped[int]
