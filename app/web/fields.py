"""Fields of forms, read and checked before anything is done with them."""

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import request

from app.core import dates
from app.core.errors import Invalid
from app.core.ids import id_in
from app.core.money import Money
from app.core.storable import is_storable
from app.core.volumes import GIB

# Twelve digits before the point are more than any bill has, four behind it more than any currency.
_TYPED = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,4})?")
Choice = TypeVar("Choice", bound=StrEnum)


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


_MOST_GIGABYTES = 100_000
_LONGEST_KEY = 80


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
    if money is None or not money.is_payable:
        raise Invalid(field=name)
    return money


def bytes_of(given: str, *, field: str) -> int | None:
    """Written in gigabytes; None when nothing was entered."""
    gigabytes = decimal(given, field=field)
    if gigabytes is None:
        return None
    if not 0 <= gigabytes <= _MOST_GIGABYTES:
        raise Invalid(field=field)
    return int(gigabytes * GIB)


def day(given: str, *, field: str) -> date | None:
    """As browsers send it, 2026-04-30, of a year that somebody lives in; None when nothing was
    entered."""
    text = given.strip()
    if not text:
        return None
    try:
        return dates.day(text)
    except ValueError:
        raise Invalid(field=field) from None


def day_field(name: str) -> date:
    found = day(request.form.get(name, ""), field=name)
    if found is None:
        raise Invalid(field=name)
    return found


def moment(given: str, timezone: str, *, field: str) -> datetime | None:
    """As browsers send it, 2026-04-30T14:00, by a time zone's clock; None when nothing was
    entered."""
    text = given.strip()
    if not text:
        return None
    try:
        return dates.moment(text, timezone)
    except ValueError:
        raise Invalid(field=field) from None


def moment_field(name: str, timezone: str) -> datetime:
    found = moment(request.form.get(name, ""), timezone, field=name)
    if found is None:
        raise Invalid(field=name)
    return found


def id_of(given: str, *, field: str) -> UUID:
    found = id_in(given)
    if found is None:
        raise Invalid(field=field)
    return found


def id_or_none(given: str, *, field: str) -> UUID | None:
    """None when nothing was entered."""
    return id_of(given, field=field) if given else None


def id_field(name: str) -> UUID:
    return id_of(request.form.get(name, ""), field=name)


def choice(kind: type[Choice], given: str, *, field: str) -> Choice:
    """One of the values of `kind`."""
    try:
        return kind(given)
    except ValueError:
        raise Invalid(field=field) from None


def choice_field(name: str, kind: type[Choice]) -> Choice:
    return choice(kind, request.form.get(name, ""), field=name)


def whole(given: str, *, field: str, digits: int) -> int:
    """A whole number from 0 on, of at most so many digits."""
    if not (given.isascii() and given.isdigit() and len(given) <= digits):
        raise Invalid(field=field)
    return int(given)


def form_key() -> str:
    """A form's own key: sent twice, it acts once. Raises Invalid."""
    key = request.form.get("key", "")
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= _LONGEST_KEY:
        raise Invalid(field="key")
    return key


def free(name: str, most: int) -> str:
    """What somebody wrote, as far as it is kept. Raises Invalid for what no table can hold."""
    given = request.form.get(name, "").strip()
    if not is_storable(given):
        raise Invalid(field=name)
    return given[:most]
