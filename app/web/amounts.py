"""Money as people type it into a form."""

from decimal import Decimal, InvalidOperation

from flask import request

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


def amount_field(name: str, currency: str) -> Money:
    """Above zero and at the currency's precision. Raises Invalid."""
    money = amount(request.form.get(name, "").strip(), currency, field=name)
    if money is None or money.amount <= 0 or money.rounded() != money:
        raise Invalid(field=name)
    return money
