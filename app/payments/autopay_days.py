"""When AutoPay takes the money of a bill, and when it tries again. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.markets import policies as market_policies
from app.payments import upi_windows

# Local time of debits: people are awake, banks answer, and UPI allows it.
HOUR = time(9)
RETRY_DAYS = (1, 3)
MOST_RETRIES = 10


def _check(days: Any) -> None:
    few = isinstance(days, list) and len(days) <= MOST_RETRIES
    if not few or not all(type(day) is int and 0 < day <= 60 for day in days):
        raise ValueError(days)


market_policies.declare("autopay_retry_days", _check)


def day_of(due_on: date, chosen: int | None) -> date:
    """The last `chosen` day of a month (1–31, clamped to its end) that is not after `due_on`."""
    if chosen is None:
        return due_on
    this_month = _in_month(due_on.year, due_on.month, chosen)
    if this_month <= due_on:
        return this_month
    before = due_on.replace(day=1) - timedelta(days=1)
    return _in_month(before.year, before.month, chosen)


def first_try(day: date, *, announced_at: datetime, timezone: str, is_upi: bool) -> datetime:
    """In the morning of the day, but never less than a day after the customer was told."""
    morning = datetime.combine(day, HOUR, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    moment = max(morning, announced_at + upi_windows.NOTICE)
    return upi_windows.next_time(moment).astimezone(UTC) if is_upi else moment


def next_try(
    attempts: int, *, now: datetime, timezone: str, policies: Mapping[str, Any], is_upi: bool
) -> datetime | None:
    """After the `attempts`-th decline: as many days later as the market says, at the same hour.

    None when the market says no more.
    """
    days = policies.get("autopay_retry_days", RETRY_DAYS)
    if attempts > len(days):
        return None
    local = now.astimezone(ZoneInfo(timezone))
    moment = (local + timedelta(days=days[attempts - 1])).astimezone(UTC)
    return upi_windows.next_time(moment).astimezone(UTC) if is_upi else moment


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
