"""Money as people type it."""

import re
from decimal import Decimal

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
