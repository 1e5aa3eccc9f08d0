"""Reports as their authors defined them, when they are mailed, and what was taken out."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff


class Report(db.Base):
    """`definition` is `app.insights.definition.Definition` as plain JSON. A shared one may be read
    by whoever reads reports; only its owner changes it. Figures are always the reader's own."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_owner", "owner_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    owner: Mapped[Staff] = relationship()


class Cadence(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"  # on Mondays
    MONTHLY = "monthly"  # on the first


class Schedule(db.Base):
    """Somebody gets a report by mail, at an hour of her market's clock; its table goes with it as a
    file of that format, if she wants one."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        UniqueConstraint("report_id", "staff_id"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("format IN ('', 'csv', 'xlsx')", name="format"),
        Index("ix_report_schedule_due_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id", ondelete="CASCADE"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    cadence: Mapped[Cadence]
    hour: Mapped[int] = mapped_column(SmallInteger)
    format: Mapped[str] = mapped_column(Text, default="", server_default="")
    due_at: Mapped[datetime]
    is_on: Mapped[bool] = mapped_column(default=True, server_default=true())

    report: Mapped[Report] = relationship()
    staff: Mapped[Staff] = relationship()


class Sending(db.Base):
    """A report left for somebody: once a day of its schedule, whoever asks how often."""

    __tablename__ = "report_sending"

    schedule_id: Mapped[UUID] = mapped_column(
        ForeignKey("report_schedule.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Export(db.Base):
    """A table that somebody takes out, made by a worker; kept for a day."""

    __tablename__ = "report_export"
    __table_args__ = (
        Index("ix_report_export_staff", "staff_id", "created_at"),
        CheckConstraint("format IN ('csv', 'xlsx')", name="format"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any]]
    # The fact whose rows are meant, with the group they are of; None for the figures themselves.
    rows_of: Mapped[dict[str, Any] | None]
    format: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    state: Mapped[ExportState]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    whole: Mapped[int] = mapped_column(default=0, server_default="0")
    # Why it is not made, in `language`; None where nothing was refused, also of what broke.
    refusal: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
