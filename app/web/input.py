"""What browsers send, as forms or JSON: known fields, each checked before it is used."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from app.core.errors import Invalid
from app.core.storable import is_storable

LARGEST_NUMBER = 2**31
LARGEST_TEXT = 8192
LONGEST_FIELD = 80
# Of every form of ours; checked where forged requests are, and where people confirm a deed.
ALWAYS = frozenset({"csrf_token", "confirmation", "came_from"})

View = TypeVar("View", bound=Callable[..., Any])


class Json(DefaultJSONProvider):
    """What is nested deeper than Python can follow is no JSON to us."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def install(app: Flask) -> None:
    app.json = Json(app)


def takes(*known: str) -> Callable[[View], View]:
    """Declare the fields of a POST route, under its permission: any other is refused, not ignored.

    Of forms, files and JSON objects. A route that takes nothing says `@takes()`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            _refuse_unknown(frozenset(known))
            return view(*args, **kwargs)

        checked.fields = frozenset(known)  # type: ignore[attr-defined]
        return cast("View", checked)

    return decorate


def _refuse_unknown(known: frozenset[str]) -> None:
    # A part of a form may come without a name, which no field has.
    sent = {name or "" for name in (*request.form, *request.files)} - ALWAYS
    body = request.get_json(silent=True) if request.is_json else None
    if isinstance(body, dict):
        sent |= body.keys()
    for name in sorted(sent - known):
        raise Invalid(field=name[:LONGEST_FIELD])


def fields(*known: str) -> dict[str, Any]:
    """The request's JSON object. Where no `takes` declares its fields, they are named here."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid
    if known:
        _refuse_unknown(frozenset(known))
    return sent


def text(sent: Mapping[str, Any], name: str) -> str:
    """Empty when it is left out or null."""
    value = sent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LARGEST_TEXT or not is_storable(value):
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
