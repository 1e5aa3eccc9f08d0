"""Reads JSON bodies: what is missing, mistyped or unprintable is refused with the field's name."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import request

from app.demo.world.refusals import Refusal

Body = dict[str, Any]

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def invalid(field: str, why: str) -> Refusal:
    return Refusal(422, "invalid", f"{field}: {why}")


def read_json() -> Body:
    if not request.is_json:
        raise Refusal(415, "not_json", "Send application/json.")
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # thousands of opening brackets
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "not_json", "The body is not a JSON object.")
    return body


def text(body: Body, field: str, *, longest: int = 200, default: str | None = None) -> str:
    """A printable, non-empty string; with a default the field may be left out, null or empty."""
    value = body.get(field)
    if (value is None or value == "") and default is not None:
        return default
    if not isinstance(value, str) or not value.strip():
        raise invalid(field, "must be a non-empty string")
    if len(value) > longest or _UNPRINTABLE.search(value):
        raise invalid(field, f"must be printable and at most {longest} characters")
    return value


def choice(body: Body, field: str, choices: tuple[str, ...]) -> str:
    value = text(body, field)
    if value not in choices:
        raise invalid(field, "must be one of " + ", ".join(choices))
    return value


def amount(body: Body) -> str:
    """A decimal string above zero with two decimals at most, given back with exactly two."""
    value = text(body, "amount")
    if not _AMOUNT.fullmatch(value) or Decimal(value) <= 0:
        raise invalid("amount", 'must be a decimal string above zero, such as "299.00"')
    return f"{Decimal(value):.2f}"


def currency(body: Body) -> str:
    value = text(body, "currency")
    if not _CURRENCY.fullmatch(value):
        raise invalid("currency", "must be an ISO 4217 code")
    return value


def web_address(body: Body, field: str) -> str:
    value = text(body, field, longest=2000)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise invalid(field, "is not a web address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", value):
        raise invalid(field, "must be an absolute http or https address")
    return value
