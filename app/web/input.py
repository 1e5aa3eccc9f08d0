"""What browsers send as JSON: known fields, each checked before it is used."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from app.core.errors import Invalid

LARGEST_NUMBER = 2**31
LARGEST_TEXT = 8192


class Json(DefaultJSONProvider):
    """What is nested deeper than Python can follow is no JSON to us."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def install(app: Flask) -> None:
    app.json = Json(app)


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
    if not isinstance(value, str) or len(value) > LARGEST_TEXT or not _is_storable(value):
        raise Invalid(field=name)
    return value


def _is_storable(value: str) -> bool:
    """PostgreSQL takes neither NUL nor halves of a surrogate pair."""
    return not any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value)


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
