"""Fields of forms, read and checked before anything is done with them."""

import re
from decimal import Decimal

from flask import request

from app.core.errors import Invalid
from app.core.money import Money

# Twelve digits before the point are more than any bill has, four behind it more than any currency.
_TYPED = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,4})?")


def amount(given: str, currency: str, *, field: str = "amount") -> Money | None:
    """None when nothing was entered; a comma may stand before the cents."""
    text = given.strip()
    if not text:
        return None
    if not _TYPED.fullmatch(text):
        raise Invalid(field=field)
    return Money(Decimal(text.replace(",", ".")), currency)


def amount_field(name: str, currency: str) -> Money:
    """Above zero and at the currency's precision. Raises Invalid."""
    money = amount(request.form.get(name, "").strip(), currency, field=name)
    if money is None or money.amount <= 0 or money.rounded() != money:
        raise Invalid(field=name)
    return money
