"""Orders to the network, and outages that it reports."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


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
