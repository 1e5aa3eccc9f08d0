"""The part of a plan's price for days on which its line was blocked. No session, no clock."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from app.billing.periods import Period
from app.billing.proration import FIXED_MONTH, Proration
from app.core.money import Money, Rounding


def credit_for(
    price: Money, period: Period, days: int, proration: Proration, rounding: Rounding
) -> Money:
    """What `days` blocked days of a period cost, below zero and never more than the price."""
    whole = period.days if proration is Proration.ACTUAL_DAYS else FIXED_MONTH
    part = min(days, whole)
    return -Money(price.amount * part / whole, price.currency).rounded(rounding)


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
