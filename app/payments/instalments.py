"""Paying an amount in parts: how it is split, and whether the plan is kept. Pure rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from app.billing.periods import boundary
from app.core.money import Money


@dataclass(frozen=True, slots=True)
class Part:
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """`paid` of the plan so far; `next` is the first part that is not paid whole."""

    paid: Money
    next: Part | None
    missed: bool

    @property
    def is_kept(self) -> bool:
        """All is paid."""
        return self.next is None


def split(amount: Money, parts: int, *, first_on: date) -> list[Part]:
    """`parts` monthly parts from `first_on` on that sum exactly to `amount`, the last the largest.

    The day of the month is remembered: 31 January, 28 February, 31 March.
    """
    whole = amount.rounded()
    each = (whole.amount / parts).quantize(whole.amount, rounding=ROUND_DOWN)
    last = whole.amount - each * (parts - 1)
    return [
        Part(
            _months_after(first_on, place),
            Money(last if place == parts - 1 else each, amount.currency),
        )
        for place in range(parts)
    ]


def standing(parts: Sequence[Part], paid: Money, *, today: date, grace_days: int = 1) -> Standing:
    """A part is missed when it is not paid `grace_days` after its day."""
    due, missed, waiting = Decimal(0), False, None
    for part in parts:
        due += part.amount.amount
        if paid.amount < due:
            waiting = waiting or part
            missed = missed or today > part.due_on + timedelta(days=grace_days)
    return Standing(paid, waiting, missed)


def _months_after(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    return boundary(day.year + years, month + 1, day.day)
