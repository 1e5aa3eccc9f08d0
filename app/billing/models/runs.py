"""Runs that bill a market."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class RunState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


class BillRun(db.Base):
    """Billing every account of a market whose period ended by `day`, a day of the market.

    A market has at most one unfinished run. How far it is, is the sum of its batches.
    """

    __tablename__ = "bill_run"
    __table_args__ = (
        Index(
            "uq_bill_run_unfinished",
            "market_code",
            unique=True,
            postgresql_where=text("state IN ('planned', 'running', 'stopped', 'failed')"),
        ),
        Index("ix_bill_run_planned_at", "planned_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    day: Mapped[date]
    state: Mapped[RunState]
    accounts: Mapped[int] = mapped_column(default=0)
    planned_by: Mapped[str] = mapped_column(Text)
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(Text)


class BillRunBatch(db.Base):
    """Some accounts of a run, billed in one transaction that also says so here."""

    __tablename__ = "bill_run_batch"
    __table_args__ = (
        Index("ix_bill_run_batch_run", "run_id"),
        Index("ix_bill_run_batch_waiting", "run_id", "id", postgresql_where=text("NOT done")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("bill_run.id", ondelete="CASCADE"))
    account_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    done: Mapped[bool] = mapped_column(default=False)
    issued: Mapped[int] = mapped_column(default=0)
    amount: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))


class BillRunFailure(db.Base):
    """An account that could not be billed in a run, and why; `resolved_at` once it was."""

    __tablename__ = "bill_run_failure"

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("bill_run.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    fault: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    failed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
