"""Outage mode: a parent ticket for all whom a disturbance hits, and work on all of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.tickets.models.ticket import Ticket


class OutageCase(db.Base):
    """A disturbance of a service (empty: of all) in an area, a city (empty: in the whole market).

    Its ticket is above those of everybody who is hit. `notice` is what customers are told, by
    language; `affected` counts them when it was declared. `outage_id` is the network's own report.
    """

    __tablename__ = "outage_case"
    __table_args__ = (
        Index(
            "uq_outage_case_open",
            "market_code",
            text("lower(area)"),
            "service",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), unique=True)
    outage_id: Mapped[UUID | None] = mapped_column(ForeignKey("outage.id"), unique=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    area: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text)
    notice: Mapped[dict[str, Any]]
    affected: Mapped[int]
    declared_at: Mapped[datetime]
    expected_end_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()


class JobKind(StrEnum):
    UPDATE = "update"  # one text to all
    CLOSE = "close"
    CREDIT = "credit"


class JobState(StrEnum):
    ASKED = "asked"  # waits for a second person
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class OutageJob(db.Base):
    """Something to be done to all of a case, bit by bit until it is. `facts` are the texts by
    language, or the amount; what remains are its items that are not done."""

    __tablename__ = "outage_job"
    __table_args__ = (
        UniqueConstraint("case_id", "client_key"),
        Index("ix_outage_job_running", "id", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("outage_case.id"))
    kind: Mapped[JobKind]
    state: Mapped[JobState]
    facts: Mapped[dict[str, Any]]
    total: Mapped[int]
    client_key: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    case: Mapped[OutageCase] = relationship()


class OutageJobItem(db.Base):
    """One of those to whom a job is done: a ticket, or for credits an account or prepaid line."""

    __tablename__ = "outage_job_item"
    __table_args__ = (
        Index(
            "ix_outage_job_item_waiting",
            "job_id",
            "target_id",
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    job_id: Mapped[UUID] = mapped_column(ForeignKey("outage_job.id"), primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)
    done_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(Text)
