"""How machines are let in and what their requests must look like.

`client_with` names the permission; `reads` and `commands` check what was sent against a model,
call the view with it, and describe both in the published document.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import UnsupportedMediaType

from app.api import idempotency
from app.api.v1 import tokens
from app.core import faults
from app.core.errors import Forbidden, Invalid
from app.identity.models import ApiClient
from app.web import limits
from app.web.login import current_actor

View = TypeVar("View", bound=Callable[..., Any])
Sent = TypeVar("Sent", bound=BaseModel)

LARGEST_BODY = 1024 * 1024
# PostgreSQL takes no NUL; an escaped backslash before it is harmless.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Sending(BaseModel):
    """What may be sent: known fields, of exactly their type."""

    model_config = ConfigDict(extra="forbid", strict=True, str_max_length=4000)


class Asking(BaseModel):
    """What may stand in the address: text, read as the field's type."""

    model_config = ConfigDict(extra="forbid", str_max_length=200)


class Nothing(Asking):
    """What takes no question: one that is asked all the same is refused, not passed over."""


class Shown(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the published document says of a route."""

    answers: type[BaseModel]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    is_command: bool = False
    is_file: bool = False


def client_with(permission: str) -> Callable[[View], View]:
    """Only a machine whose token and client hold the permission gets to the view."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            _let_in()
            if not current_actor().may(permission):
                raise Forbidden(permission=permission)
            return view(*args, **kwargs)

        checked.permission = permission  # type: ignore[attr-defined]
        return cast("View", checked)

    return decorate


def reads(
    answers: type[BaseModel], *, query: type[BaseModel] | None = None
) -> Callable[[Callable[..., BaseModel]], Callable[..., ResponseReturnValue]]:
    """A view that changes nothing. With `query` it is called with what the address says."""

    def decorate(view: Callable[..., BaseModel]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(**path: Any) -> ResponseReturnValue:
            asked = _query(query or Nothing)
            return _json(200, _text(view(*([asked] if query else []), **path)))

        answered.operation = Operation(answers, query=query)  # type: ignore[attr-defined]
        return answered

    return decorate


def commands(
    answers: type[BaseModel],
    *,
    body: type[BaseModel],
    status: int = 200,
    largest: int = LARGEST_BODY,
) -> Callable[[Callable[..., BaseModel]], Callable[..., ResponseReturnValue]]:
    """A view that changes something, once per Idempotency-Key. It is called with the body and
    with `key`, which is unique among all clients."""

    def decorate(view: Callable[..., BaseModel]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(**path: Any) -> ResponseReturnValue:
            request.max_content_length = largest
            _query(Nothing)
            key = idempotency.checked(request.headers.get("Idempotency-Key"))
            sent, content = _body(body)
            by = current_actor()

            def act() -> idempotency.Answer:
                return status, _text(view(sent, key=f"api:{by.id}:{key}", **path))

            return _json(*idempotency.once(by.id, key, _hash(content), act))

        answered.operation = Operation(answers, body, status=status, is_command=True)  # type: ignore[attr-defined]
        return answered

    return decorate


def repeatable(
    answers: type[BaseModel],
    *,
    body: type[BaseModel],
    status: int = 200,
) -> Callable[[Callable[..., BaseModel]], Callable[..., ResponseReturnValue]]:
    """A view that changes something and needs no key: the body itself says what is a repeat."""

    def decorate(view: Callable[..., BaseModel]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(**path: Any) -> ResponseReturnValue:
            request.max_content_length = LARGEST_BODY
            _query(Nothing)
            sent, _content = _body(body)
            return _json(status, _text(view(sent, **path)))

        answered.operation = Operation(answers, body, status=status)  # type: ignore[attr-defined]
        return answered

    return decorate


def takes_files(
    answers: type[BaseModel], *, query: type[BaseModel], status: int, largest: int
) -> Callable[[Callable[..., BaseModel]], Callable[..., ResponseReturnValue]]:
    """A view that is called with what the address says and the stream of a file, which is the whole
    body and read by nobody here."""

    def decorate(view: Callable[..., BaseModel]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(**path: Any) -> ResponseReturnValue:
            request.max_content_length = largest
            return _json(status, _text(view(_query(query), request.stream, **path)))

        answered.operation = Operation(  # type: ignore[attr-defined]
            answers, query=query, status=status, is_file=True
        )
        return answered

    return decorate


def invalid(error: ValidationError) -> Invalid:
    """Which fields are wrong, and how, for programs and for people; never what was sent."""
    found = error.errors(include_input=False, include_url=False)
    return Invalid(fields=[_fault(each) for each in found[:20]])


def _fault(found: ErrorDetails) -> dict[str, str]:
    field = ".".join(str(step) for step in found["loc"])[:100]
    return {"field": field, "problem": found["type"], "says": faults.reason(found)}


def _let_in() -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise tokens.BadToken
    client, g.actor = tokens.read(token)
    _count(client)


def _count(client: ApiClient) -> None:
    """With Redis away machines are let through: what they may do does not depend on it."""
    limits.count(f"api:{client.id}", times=client.per_minute, seconds=60, open_without=True)


def _body(kind: type[Sent]) -> tuple[Sent, bytes]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    content = request.get_data(cache=False)
    if b"\0" in content or _NUL.search(content):
        raise Invalid(field="body")
    try:
        return kind.model_validate_json(content), content
    except ValidationError as error:
        raise invalid(error) from None


def _query(kind: type[BaseModel]) -> BaseModel:
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise Invalid(field="query")
    sent = request.args.to_dict()
    if any("\0" in value for value in sent.values()):
        raise Invalid(field="query")
    try:
        return kind.model_validate(sent)
    except ValidationError as error:
        raise invalid(error) from None


def _hash(content: bytes) -> str:
    """The same for the same request, however its JSON is written."""
    plain = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{plain}".encode()).hexdigest()


def _text(shown: BaseModel) -> str:
    return shown.model_dump_json()


def _json(status: int, body: str) -> Response:
    return Response(body, status, mimetype="application/json")
