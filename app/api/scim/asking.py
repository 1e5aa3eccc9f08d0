"""What a directory sends: bodies, filters, patches and pages, read before anything is done."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from app.api.scim import MEDIA_TYPE, filters
from app.core.errors import Invalid
from app.core.i18n import lazy

LARGEST_BODY = 256 * 1024
MOST_OPERATIONS = 100
MOST_ON_A_PAGE = 200
_ALWAYS = ("schemas", "id", "meta")
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MEMBER = re.compile(r'members\[\s*value\s+eq\s+"([^"]{1,64})"\s*\]', re.IGNORECASE)

Sent = TypeVar("Sent", bound=BaseModel)


class BadPath(Invalid):
    code = "invalid_path"
    message = lazy("This attribute cannot be changed here.")


class BadSyntax(Invalid):
    code = "invalid_syntax"
    message = lazy("The body is not what RFC 7644 describes.")


class Resource(BaseModel):
    """Directories send more than we keep: what is not named here is passed over."""

    model_config = ConfigDict(extra="ignore", str_max_length=1000, populate_by_name=True)


class Operation(Resource):
    op: str
    path: str | None = None
    value: Any = None


class Patch(Resource):
    operations: list[Operation] = Field(
        alias="Operations", min_length=1, max_length=MOST_OPERATIONS
    )


def body(kind: type[Sent]) -> Sent:
    """Raises BadSyntax."""
    if request.mimetype not in {MEDIA_TYPE, "application/json"}:
        raise UnsupportedMediaType
    request.max_content_length = LARGEST_BODY
    content = request.get_data(cache=False)
    if b"\0" in content or _NUL.search(content):
        raise BadSyntax
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise BadSyntax from error


def read_as(kind: type[Sent], values: dict[str, Any]) -> Sent:
    """Raises Invalid."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise Invalid from error


def wanted(known: Sequence[str]) -> list[tuple[str, str]]:
    """The attributes and values of the filter, of these attributes. Raises BadFilter."""
    return filters.read(request.args.get("filter", ""), known)


def shaped(told: dict[str, Any]) -> dict[str, Any]:
    """What was asked for of a resource: `attributes`, or all without `excludedAttributes`."""
    only, without = _names("attributes"), _names("excludedAttributes")
    return {
        name: value
        for name, value in told.items()
        if name in _ALWAYS or (name.casefold() in only if only else name.casefold() not in without)
    }


def page() -> tuple[int, int]:
    """Where it starts, from 1, and how many: out of bounds is brought back into them."""
    return max(1, _number("startIndex", 1)), max(0, min(MOST_ON_A_PAGE, _number("count", 100)))


def listed(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }


def plain_path(path: str | None, schema: str) -> str:
    """Without the address of the schema, in which letters do not differ by size."""
    given = (path or "").strip()
    within = given[: len(schema) + 1].casefold() == f"{schema}:".casefold()
    return given[len(schema) + 1 :] if within else given


def member_of_path(path: str) -> str | None:
    """The id in `members[value eq "…"]`."""
    found = _MEMBER.fullmatch(path.strip())
    return found[1] if found else None


def truth(value: Any) -> bool:
    """Some directories write it as text. Raises Invalid."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return value.casefold() == "true"
    raise Invalid(field="active")


def _names(word: str) -> set[str]:
    """Of whole attributes; what is asked of a part of one is asked of all of it."""
    given = request.args.get(word, "")[:1000].split(",")
    return {each.strip().rpartition(":")[2].partition(".")[0].casefold() for each in given} - {""}


def _number(name: str, default: int) -> int:
    given = request.args.get(name, "")
    if not given:
        return default
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Invalid(field=name)
    return int(given)
