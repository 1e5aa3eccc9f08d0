"""Fields of forms, read and checked before anything is done with them."""

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask import request

from app.core.errors import Invalid
from app.core.money import Money

# Twelve digits before the point are more than any bill has, four behind it more than any currency.
_TYPED = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,4})?")
_GIGABYTE = 1024**3
_MOST_GIGABYTES = 100_000


def decimal(given: str, *, field: str) -> Decimal | None:
    """None when nothing was entered; a comma may stand before the fraction."""
    text = given.strip()
    if not text:
        return None
    if not _TYPED.fullmatch(text):
        raise Invalid(field=field)
    return Decimal(text.replace(",", "."))


def amount(given: str, currency: str, *, field: str = "amount") -> Money | None:
    """None when nothing was entered; a comma may stand before the cents."""
    number = decimal(given, field=field)
    return None if number is None else Money(number, currency)


def amount_field(name: str, currency: str) -> Money:
    """Above zero and at the currency's precision. Raises Invalid."""
    money = amount(request.form.get(name, ""), currency, field=name)
    if money is None or money.amount <= 0 or money.rounded() != money:
        raise Invalid(field=name)
    return money


def bytes_of(given: str, *, field: str) -> int | None:
    """Written in gigabytes; None when nothing was entered."""
    gigabytes = decimal(given, field=field)
    if gigabytes is None:
        return None
    if not 0 <= gigabytes <= _MOST_GIGABYTES:
        raise Invalid(field=field)
    return int(gigabytes * _GIGABYTE)


def day(given: str, *, field: str) -> date | None:
    """As browsers send it, 2026-04-30; None when nothing was entered."""
    text = given.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(field=field) from None


def day_field(name: str) -> date:
    found = day(request.form.get(name, ""), field=name)
    if found is None:
        raise Invalid(field=name)
    return found


def id_field(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise Invalid(field=name) from None
