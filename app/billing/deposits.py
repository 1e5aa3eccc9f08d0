"""When a deposit is to be given back, and what is owed on top when that is late. Pure rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.core.money import Money, Rounding

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class DepositTerms:
    """Back within `days` of the closure, else `yearly` (a fraction) for every day after them."""

    days: int = 60
    yearly: Decimal = Decimal("0.10")


def due_back_on(closed_on: date, terms: DepositTerms) -> date:
    """The last day on which it is in time."""
    return closed_on + timedelta(days=terms.days)


def interest(
    deposit: Money, closed_on: date, returned_on: date, terms: DepositTerms, rounding: Rounding
) -> Money:
    late = max(0, (returned_on - due_back_on(closed_on, terms)).days)
    owed = deposit.amount * terms.yearly * late / DAYS_OF_A_YEAR
    return Money(owed, deposit.currency).rounded(rounding)
