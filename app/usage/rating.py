"""What usage beyond an allowance costs. Rounded once per record, never per increment."""

from decimal import Decimal

from app.core.money import Money, Rounding


def increments(seconds: int, minimum: int, increment: int) -> int:
    """The units a call counts: at least `minimum`, then in whole steps of `increment`."""
    if seconds <= 0:
        return 0
    beyond = max(0, seconds - minimum)
    return minimum + -(-beyond // increment) * increment


def price_of(
    quantity: int,
    per: int,
    price: Decimal,
    *,
    currency: str,
    rounding: Rounding = Rounding.HALF_UP,
) -> Money:
    """`price` for every `per` units, at the currency's own exponent."""
    return Money(price * quantity / per, currency).rounded(rounding)
