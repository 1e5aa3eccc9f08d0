"""Answers to an operator's own fields: read from text, typed, and missing ones named. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.tickets.errors import FieldNotValid, FieldsMissing
from app.tickets.models import Field, FieldKind, Required

LONGEST_TEXT = 1000
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,6})?", re.ASCII)
_YES, _NO = "yes", "no"

Given = str | Sequence[str]


def read(field: Field, given: Given) -> Any:
    """The answer as it is stored in JSON; None when nothing was entered. Raises FieldNotValid.

    A number is text that keeps every digit, a day is ISO 8601, yes and no are true and false,
    several choices are a list in the field's order.
    """
    if field.kind is FieldKind.CHOICES:
        return _choices(field, [given] if isinstance(given, str) else given)
    text = (given if isinstance(given, str) else next(iter(given), "")).strip()
    if not text:
        return None
    return _READERS[field.kind](field, text)


def must_be_filled(fields: Iterable[Field], answers: Mapping[str, Any], when: Required) -> None:
    """Raises FieldsMissing, naming those that must be filled in by then and are not. What opening
    needs, closing needs too."""
    needed = {Required.OPENING, when}
    missing = [
        each.name
        for each in fields
        if each.required in needed and answers.get(str(each.id)) in (None, "", [])
    ]
    if missing:
        raise FieldsMissing(missing)


def _text(field: Field, text: str) -> str:
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise FieldNotValid(field.name)
    return text


def _number(field: Field, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise FieldNotValid(field.name)
    return str(Decimal(text.replace(",", ".")))


def _date(field: Field, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FieldNotValid(field.name) from None


def _choice(field: Field, text: str) -> str:
    if text not in field.choices:
        raise FieldNotValid(field.name)
    return text


def _choices(field: Field, given: Sequence[str]) -> list[str] | None:
    wanted = {each for each in given if each}
    if not wanted <= set(field.choices):
        raise FieldNotValid(field.name)
    return [each for each in field.choices if each in wanted] or None


def _yes_no(field: Field, text: str) -> bool:
    if text not in {_YES, _NO}:
        raise FieldNotValid(field.name)
    return text == _YES


_READERS = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
}
