"""Calendar months of UTC, by which the trail lies in tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

# A new database begins with two years, for what is brought over from elsewhere.
_BEHIND = 24
# Months made ahead, so that nothing waits for its table.
AHEAD = 3


def month_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def plus(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def between(first: date, last: date) -> Iterator[date]:
    """Every month from one to the other."""
    while first <= last:
        yield first
        first = plus(first, 1)


def around(moment: datetime) -> list[date]:
    """From two years before to some months ahead."""
    return list(between(plus(month_of(moment), -_BEHIND), plus(month_of(moment), AHEAD)))
