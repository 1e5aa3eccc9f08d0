"""Amounts that come from outside, before anything is done with them."""

from app.core.money import MOST, Money
from app.payments.errors import AmountOutOfBounds


def checked(amount: Money, currency: str) -> Money:
    """Above zero, finite, in the currency expected, rounded to its exponent once it is known to be
    no larger than can be. Raises AmountOutOfBounds."""
    if amount.currency != currency or not amount.amount.is_finite() or abs(amount.amount) >= MOST:
        raise AmountOutOfBounds
    rounded = amount.rounded()
    if not rounded.is_payable:
        raise AmountOutOfBounds
    return rounded
