"""What browsers send as JSON: known fields, each checked before it is used."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request

from app.core.errors import Invalid

LARGEST_NUMBER = 2**31
LARGEST_TEXT = 8192


def fields(*known: str) -> dict[str, Any]:
    """The request's JSON object; a field nobody offered is refused."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid
    for name in sent:
        if name not in known:
            raise Invalid(field=name)
    return sent


def text(sent: Mapping[str, Any], name: str) -> str:
    """Empty when it is left out or null."""
    value = sent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value or len(value) > LARGEST_TEXT:
        raise Invalid(field=name)
    return value


def one_id(sent: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(sent[name])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise Invalid(field=name) from None


def number(sent: Mapping[str, Any], name: str) -> int:
    value = sent.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < LARGEST_NUMBER:
        raise Invalid(field=name)
    return value


def ids(sent: Mapping[str, Any], name: str) -> list[UUID]:
    values = sent.get(name) or []
    if not isinstance(values, list):
        raise Invalid(field=name)
    try:
        return [UUID(value) for value in values]
    except (ValueError, AttributeError, TypeError):
        raise Invalid(field=name) from None
