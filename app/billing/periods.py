"""Monthly periods [start, end) in days of the market, cut at an anchor that is never forgotten."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.markets.policies import Interval


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `end` is the first day of the next one."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


def boundary(year: int, month: int, anchor: int) -> date:
    """The anchor day of a month, or its last day when the month is shorter."""
    return date(year, month, min(anchor, monthrange(year, month)[1]))


def period_containing(day: date, anchor: int) -> Period:
    """The period of an account with billing day `anchor` (1-31) that `day` belongs to."""
    here = boundary(day.year, day.month, anchor)
    if day >= here:
        return Period(here, _next(here, anchor))
    before = day.replace(day=1) - timedelta(days=1)
    return Period(boundary(before.year, before.month, anchor), here)


def period_after(period: Period, anchor: int) -> Period:
    return Period(period.end, _next(period.end, anchor))


def unpaid_from(day: date, interval: Interval) -> date:
    """The first day not paid any more by what ends on `day`, and the first paid by what follows.

    Inclusive [start, end] the day of the end belongs to what ends; half-open it does not. Either
    way each day is paid once, so the parts of a period still sum to its price.
    """
    return day if interval is Interval.HALF_OPEN else day + timedelta(days=1)


def periods_ended(since: date, until: date, anchor: int) -> Iterator[Period]:
    """Every period from the one that contains `since` to the last that ended by `until`."""
    period = period_containing(since, anchor)
    while period.end <= until:
        yield period
        period = period_after(period, anchor)


def _next(start: date, anchor: int) -> date:
    following = start.replace(day=1) + timedelta(days=32)
    return boundary(following.year, following.month, anchor)
