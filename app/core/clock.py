"""What time it is. The one place that asks, so that tests and the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_moved_to: ContextVar[datetime | None] = ContextVar("moved_to", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved_to.get() or datetime.now(UTC)


def moved() -> datetime | None:
    """Where tests or the demo have moved the present moment to; None when it is the real one."""
    return _moved_to.get()


def today(timezone: str) -> date:
    """The calendar day it is now in an IANA time zone."""
    return now().astimezone(ZoneInfo(timezone)).date()


def midnight(day: date, timezone: str) -> datetime:
    """The moment with which a day begins in an IANA time zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Run a block as if it were `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    token = _moved_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved_to.reset(token)
