"""The months of a postpaid line as moments: cut at midnight of the market, anchor remembered."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]


def period_at(moment: datetime, anchor: int, timezone: str) -> Span:
    """The half-open period, in UTC, that a moment belongs to. `anchor` is a day from 1 to 31."""
    zone = ZoneInfo(timezone)
    local = moment.astimezone(zone)
    start = _cut(local.year, local.month, anchor, zone)
    if moment < start:
        before = local.replace(day=1) - timedelta(days=1)
        return _cut(before.year, before.month, anchor, zone), start
    after = local.replace(day=1) + timedelta(days=32)
    return start, _cut(after.year, after.month, anchor, zone)


def periods_between(since: datetime, until: datetime, anchor: int, timezone: str) -> Iterator[Span]:
    """Every period from the one that `since` is in to the one that `until` is in."""
    span = period_at(since, anchor, timezone)
    yield span
    while span[1] <= until:
        span = period_at(span[1], anchor, timezone)
        yield span


def _cut(year: int, month: int, anchor: int, zone: ZoneInfo) -> datetime:
    day = min(anchor, monthrange(year, month)[1])
    return datetime(year, month, day, tzinfo=zone).astimezone(UTC)
