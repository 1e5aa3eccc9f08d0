"""Reading billing administrators' forms: each value checked, or refused by its field's name."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from app.catalog import eligibility
from app.core.errors import Invalid
from app.core.money import Money
from app.web import fields
from app.web.fields import whole

LONGEST_TEXT = 10_000

_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?", re.ASCII)

Form = MultiDict[str, str]
Kind = TypeVar("Kind", bound=StrEnum)
Value = TypeVar("Value")

# The fields of the conditions, as `_conditions.html` names them.
CONDITIONS = tuple(f"only_{name}" for name in (*eligibility.LISTS, *eligibility.BOUNDS))


def word(form: Form, name: str) -> str:
    value = form.get(name, "").strip()
    if len(value) > LONGEST_TEXT or "\0" in value:
        raise Invalid(field=name)
    return value


def one_of(form: Form, name: str, kind: type[Kind]) -> Kind:
    return _read(name, lambda: kind(form.get(name, "")))


def number(form: Form, name: str) -> int | None:
    """A whole number from 0 on; None when it is left empty."""
    given = word(form, name)
    return whole(given, field=name, digits=9) if given else None


def decimal(form: Form, name: str) -> Decimal | None:
    """Digits with a point or a comma, six behind it at most; None when it is left empty."""
    given = word(form, name).replace(",", ".")
    if given and not _DECIMAL.fullmatch(given):
        raise Invalid(field=name)
    return Decimal(given) if given else None


def money(form: Form, name: str, currency: str) -> Money:
    value = decimal(form, name)
    if value is None:
        raise Invalid(field=name)
    return Money(value, currency)


def moment(form: Form, name: str, timezone: str) -> datetime | None:
    """What a browser's field for date and time sends, in a market's clock; None when empty."""
    return fields.moment(word(form, name), timezone, field=name)


def truth(form: Form, name: str) -> bool:
    return form.get(name) == "yes"


def names(form: Form, name: str) -> list[str]:
    """Words separated by commas."""
    return [each for part in word(form, name).split(",") if (each := part.strip())]


def json_object(form: Form, name: str) -> dict[str, Any]:
    given = word(form, name)
    if not given:
        return {}
    value = _read(name, lambda: json.loads(given))
    if not isinstance(value, dict):
        raise Invalid(field=name)
    return value


def conditions(form: Form) -> dict[str, Any]:
    """Who may have it, as `eligibility` stores it."""
    lists = {name: names(form, f"only_{name}") for name in eligibility.LISTS}
    bounds = {name: number(form, f"only_{name}") for name in eligibility.BOUNDS}
    given: Mapping[str, Any] = {**lists, **bounds}
    return {name: value for name, value in given.items() if value not in ([], None)}


def _read(name: str, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except (ValueError, RecursionError, OverflowError):
        raise Invalid(field=name) from None
