"""Odd looks at people's data that somebody must explain, and customers whom many would look at."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer
from app.identity.models import Staff


class Rule(StrEnum):
    BULK = "bulk"
    ODD_HOURS = "odd_hours"
    WATCHED = "watched"
    RELATIVE = "relative"
    ENUMERATION = "enumeration"


class AlertStatus(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"


class AccessAlert(db.Base):
    """What one rule says of one person in one hour or day; `count` customers were looked at."""

    __tablename__ = "access_alert"
    __table_args__ = (
        Index("ix_access_alert_status", "status", "raised_at"),
        Index("ix_access_alert_actor", "actor_id", "raised_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    rule: Mapped[Rule]
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime]
    count: Mapped[int]
    customers: Mapped[list[dict[str, Any]]]
    status: Mapped[AlertStatus] = mapped_column(default=AlertStatus.OPEN)
    raised_at: Mapped[datetime]
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)

    assignee: Mapped[Staff | None] = relationship(foreign_keys=[assigned_to])
    decider: Mapped[Staff | None] = relationship(foreign_keys=[decided_by])


class WatchedCustomer(db.Base):
    """Somebody known, at whom nobody looks without a reason: every look is an alert."""

    __tablename__ = "watched_customer"
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[datetime]

    customer: Mapped[Customer] = relationship()


class AuditReport(db.Base):
    """The figures of a month, as they were when it had ended."""

    __tablename__ = "audit_report"

    month: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
