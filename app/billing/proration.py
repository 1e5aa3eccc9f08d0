"""What part of a monthly price belongs to some days of a period. The parts sum to the price."""

from datetime import date

from app.billing.periods import Period
from app.core.money import Money, Rounding
from app.markets.policies import Proration

__all__ = ["FIXED_MONTH", "Proration", "days_left", "rest", "share"]

FIXED_MONTH = 30


def days_left(period: Period, day: date, proration: Proration) -> tuple[int, int]:
    """Days from `day` to the end of the period, and the days that the whole period counts.

    A fixed month has 30 whatever the calendar says: its trailing part is 30 less the leading days.
    """
    if not period.start <= day <= period.end:
        raise ValueError(f"{day} is outside {period}")
    if proration is Proration.ACTUAL_DAYS:
        return (period.end - day).days, period.days
    if day == period.end:
        return 0, FIXED_MONTH
    return max(0, FIXED_MONTH - (day - period.start).days), FIXED_MONTH


def rest(
    price: Money, period: Period, day: date, proration: Proration, rounding: Rounding
) -> Money:
    """The price of what is left of the period from `day` on, that day included."""
    left, whole = days_left(period, day, proration)
    return Money(price.amount * left / whole, price.currency).rounded(rounding)


def share(
    price: Money, period: Period, part: Period, proration: Proration, rounding: Rounding
) -> Money:
    """The price of `part` of a period: a difference of two rests, so neighbours never overlap."""
    begins = rest(price, period, part.start, proration, rounding)
    return begins - rest(price, period, part.end, proration, rounding)
