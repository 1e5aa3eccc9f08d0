"""Rows for what must still happen after a commit. Redis only wakes whoever works them off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import BigInteger, Identity, Index, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from app.core import clock, db

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=10)


class OutboxEntry(db.Base):
    """One listener that has yet to hear one event."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due_at", "due_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event: Mapped[str] = mapped_column(Text)
    listener: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


Deliver = Callable[[str, str, dict[str, Any]], None]


class NotYet(Exception):
    """An errand is to be run again after so many seconds. It did nothing, and has not failed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def due(limit: int = 500) -> list[int]:
    """Ids of entries whose time has come, oldest first."""
    query = (
        select(OutboxEntry.id)
        .where(OutboxEntry.due_at <= clock.now())
        .order_by(OutboxEntry.due_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def listener_of(entry_id: int) -> str | None:
    """Who is to hear it; None when that is done."""
    return db.session.scalar(select(OutboxEntry.listener).where(OutboxEntry.id == entry_id))


def run_in_transaction(entry_id: int, deliver: Deliver) -> bool:
    """Deliver and delete in one transaction: its effects happen exactly once."""
    try:
        with db.transaction():
            entry = _lock(entry_id)
            if entry is None:
                return False
            deliver(entry.event, entry.listener, entry.payload)
            db.session.delete(entry)
    except Exception as error:  # noqa: BLE001 - kept on the row, tried again later
        _put_off(entry_id, error)
        return False
    return True


def run_errand(entry_id: int, deliver: Deliver) -> bool:
    """Lease, deliver outside any transaction, then delete: at least once, so it is idempotent.
    Raises NotYet if the listener does, with the entry due by then."""
    with db.transaction():
        leased = db.session.execute(_lease(entry_id)).one_or_none()
    if leased is None:
        return False
    try:
        deliver(*leased)
    except NotYet as early:
        _postpone(entry_id, timedelta(seconds=early.seconds))
        raise
    except Exception as error:  # noqa: BLE001 - kept on the row, tried again later
        _put_off(entry_id, error)
        return False
    with db.transaction():
        db.session.execute(delete(OutboxEntry).where(OutboxEntry.id == entry_id))
    return True


def _lease(entry_id: int) -> ReturningUpdate[tuple[str, str, dict[str, Any]]]:
    """One statement: what is due is not due again before the lease has run out."""
    now = clock.now()
    return (
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.due_at <= now)
        .values(due_at=now + LEASE)
        .returning(OutboxEntry.event, OutboxEntry.listener, OutboxEntry.payload)
        .execution_options(synchronize_session=False)
    )


def _lock(entry_id: int) -> OutboxEntry | None:
    query = select(OutboxEntry).where(OutboxEntry.id == entry_id)
    return db.session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )


def _postpone(entry_id: int, wait: timedelta) -> None:
    with db.transaction():
        entry = _lock(entry_id)
        if entry is not None:
            entry.due_at = clock.now() + wait


def _put_off(entry_id: int, error: Exception) -> None:
    log.warning("outbox_entry_failed", entry_id=entry_id, exc_info=error)
    with db.transaction():
        entry = _lock(entry_id)
        if entry is not None:
            entry.attempts += 1
            entry.last_error = f"{type(error).__name__}: {error}"[:2000]
            wait = timedelta(seconds=2 ** min(entry.attempts, 10))
            entry.due_at = clock.now() + min(wait, LONGEST_WAIT)
