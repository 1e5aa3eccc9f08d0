"""Fields of forms, read and checked before anything is done with them."""

from decimal import Decimal, InvalidOperation

from flask import request

from app.core.errors import Invalid
from app.core.money import Money

MOST = Decimal(10) ** 9


def amount_field(name: str, currency: str) -> Money:
    """Above zero, at the currency's precision, a comma for a point. Raises Invalid."""
    text = request.form.get(name, "").strip().replace(",", ".")
    try:
        value = Decimal(text) if len(text) < 30 and text.isascii() else Decimal("NaN")
    except InvalidOperation:
        raise Invalid(field=name) from None
    if not value.is_finite() or not 0 < value <= MOST:
        raise Invalid(field=name)
    money = Money(value, currency)
    if money.rounded() != money:
        raise Invalid(field=name)
    return money
