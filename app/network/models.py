"""Orders to the network, outages that it reports, and numbers that move between operators."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed


class OrderStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class ProvisioningOrder(db.Base):
    """Something the network must do to a line; a row until it is done."""

    __tablename__ = "provisioning_order"
    __table_args__ = (Index("ix_provisioning_order_status", "status", "due_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    action: Mapped[str] = mapped_column(Text)
    status: Mapped[OrderStatus]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Outage(db.Base):
    """A known disturbance of a service in an area (a city) of a market."""

    __tablename__ = "outage"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), index=True)
    area: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime]
    expected_end_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class PortOutStatus(StrEnum):
    CODE_ISSUED = "code_issued"
    REQUESTED = "requested"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PortOut(db.Base):
    """A number on its way to another operator: the customer has a code, the other asks with it.

    `move_at` is when it is handed over; until `cancel_until` the customer may change her mind.
    """

    __tablename__ = "port_out"
    __table_args__ = (
        Index(
            "uq_port_out_open",
            "line_id",
            unique=True,
            postgresql_where=text("status IN ('code_issued', 'requested')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    number: Mapped[str] = mapped_column(Text)
    code_sealed: Mapped[bytes] = mapped_column("code", LargeBinary)
    status: Mapped[PortOutStatus]
    issued_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    recipient: Mapped[str | None] = mapped_column(Text)
    house_ref: Mapped[str | None] = mapped_column(Text, unique=True)
    requested_at: Mapped[datetime | None]
    cancel_until: Mapped[datetime | None]
    move_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    code = Sealed[str]()


class PortInStatus(StrEnum):
    NEW = "new"
    ASKED = "asked"
    ACCEPTED = "accepted"
    ACTIVE = "active"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class PortIn(db.Base):
    """A number that comes from another operator; a line of ours from its day on."""

    __tablename__ = "port_in"
    __table_args__ = (
        Index(
            "uq_port_in_open",
            "number",
            unique=True,
            postgresql_where=text("status IN ('new', 'asked', 'accepted')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    number: Mapped[str] = mapped_column(Text)
    donor_code_sealed: Mapped[bytes] = mapped_column("donor_code", LargeBinary)
    offer_code: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    iccid: Mapped[str | None] = mapped_column(Text)
    port_on: Mapped[date]
    status: Mapped[PortInStatus]
    refusal: Mapped[str | None] = mapped_column(Text)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    ordered_by: Mapped[str] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    donor_code = Sealed[str]()
