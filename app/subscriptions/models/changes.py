"""What is to become of a line: a plan from a day on, a request that a manager decides, its end."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import OfferVersion
from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer
from app.subscriptions.models.lines import Line


class ChangeStatus(StrEnum):
    """FELL_BACK: it was due and could not be made, so the line keeps the plan it has."""

    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"
    FELL_BACK = "fell_back"


class ScheduledChange(db.Base):
    """A change of plan that waits for its day; one at a time, and carried out once."""

    __tablename__ = "scheduled_change"
    __table_args__ = (
        Index(
            "uq_scheduled_change_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_scheduled_change_due", "due_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    due_at: Mapped[datetime]
    status: Mapped[ChangeStatus]
    ordered_by: Mapped[str] = mapped_column(Text)
    refusal: Mapped[str | None] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    line: Mapped[Line] = relationship()
    version: Mapped[OfferVersion] = relationship(lazy="joined")


class RequestStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"


class PlanRequest(db.Base):
    """A plan or add-on that an employee wants and a manager of the company must approve."""

    __tablename__ = "plan_request"
    __table_args__ = (
        Index(
            "ix_plan_request_pending",
            "expires_at",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    status: Mapped[RequestStatus]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    line: Mapped[Line] = relationship()
    requester: Mapped[Customer] = relationship(foreign_keys=requested_by)
    company: Mapped[Customer] = relationship(foreign_keys=company_id)
    version: Mapped[OfferVersion] = relationship(lazy="joined")


class Leaving(StrEnum):
    """Why a line is disconnected for good."""

    REQUEST = "request"
    INACTIVE = "inactive"
    FRAUD = "fraud"
    DEATH = "death"
    PORTED_OUT = "ported_out"


class OrderStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    CANCELLED = "cancelled"


class Disconnection(db.Base):
    """The order to disconnect a line for good; may be taken back until it is carried out.

    `steps` are what was done, in order: [{"step": "final_bill", "at": …, …}]. `proof` refers to
    what an agent was shown, such as a death certificate.
    """

    __tablename__ = "disconnection"
    __table_args__ = (
        Index(
            "uq_disconnection_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index("ix_disconnection_due", "due_at", postgresql_where=text("status = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    reason: Mapped[Leaving]
    status: Mapped[OrderStatus]
    due_at: Mapped[datetime]
    ordered_by: Mapped[str] = mapped_column(Text)
    proof: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    cancelled_why: Mapped[str | None] = mapped_column(Text)

    line: Mapped[Line] = relationship()
