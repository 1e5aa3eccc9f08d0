"""Money as people type it."""

from decimal import Decimal, InvalidOperation

from app.core.errors import Invalid
from app.core.money import Money

_MOST = Decimal(10) ** 12


def amount(given: str, currency: str, *, field: str = "amount") -> Money | None:
    """None when nothing was entered; a comma may stand before the cents."""
    text = given.replace(" ", "").replace(",", ".")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Invalid(field=field) from None
    if not value.is_finite() or abs(value) >= _MOST:
        raise Invalid(field=field)
    return Money(value, currency)
