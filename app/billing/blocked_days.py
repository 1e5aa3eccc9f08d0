"""The part of a plan's price for days on which its line was blocked. No session, no clock."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from app.billing.periods import Period
from app.billing.proration import FIXED_MONTH, Proration, days_left
from app.core.money import Money, Rounding


def credit_for(
    price: Money,
    period: Period,
    days: int,
    proration: Proration,
    rounding: Rounding,
    already: int = 0,
) -> Money:
    """What `days` blocked days of a period cost, below zero, when `already` were credited before.

    However many blocks the days are of, their credits sum to that of all days together, and never
    to more than the price.
    """
    whole = period.days if proration is Proration.ACTUAL_DAYS else FIXED_MONTH

    def price_of(part: int) -> Money:
        exact = price.amount * min(part, whole) / whole
        return Money(exact, price.currency).rounded(rounding)

    return price_of(already) - price_of(already + days)


def counted(days: Iterable[date], period: Period, proration: Proration) -> int:
    """As how many days of the period these count when it is paid in parts: the trailing part of a
    fixed month is 30 less the leading days, however many it has."""
    return sum(
        days_left(period, each.start, proration)[0] - days_left(period, each.end, proration)[0]
        for each in runs(days)
    )


def days_of(periods: Iterable[Period], within: Period) -> list[date]:
    """Their days that are in another period, each once and in order."""
    return sorted({day for each in periods for day in _days(each) if day in within})


def whole_days(blocked: Period, within: Period, already: Iterable[Period]) -> list[date]:
    """The blocked days of a period that were not credited before. The day it was lifted is used."""
    credited = {day for each in already for day in _days(each)}
    start, end = max(blocked.start, within.start), min(blocked.end, within.end)
    return [day for day in _days(Period(start, max(start, end))) if day not in credited]


def runs(days: Iterable[date]) -> Iterator[Period]:
    """Days in order as spans without a gap."""
    start = last = None
    for day in days:
        if last is not None and day != last + timedelta(days=1) and start is not None:
            yield Period(start, last + timedelta(days=1))
            start = None
        start, last = start or day, day
    if start is not None and last is not None:
        yield Period(start, last + timedelta(days=1))


def _days(period: Period) -> Iterator[date]:
    return (period.start + timedelta(days=n) for n in range(max(0, period.days)))
