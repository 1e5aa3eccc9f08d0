"""Amounts that come from outside, before anything is done with them."""

from decimal import Decimal

from app.core.money import Money
from app.payments.errors import AmountOutOfBounds

# What a table can hold; before rounding, which has its own limits.
MOST = Decimal(10) ** 14


def checked(amount: Money, currency: str) -> Money:
    """Above zero, finite, in the currency expected, at its exponent. Raises AmountOutOfBounds."""
    if amount.currency != currency or not amount.amount.is_finite() or abs(amount.amount) >= MOST:
        raise AmountOutOfBounds
    rounded = amount.rounded()
    if rounded.amount <= 0:
        raise AmountOutOfBounds
    return rounded
