"""What the operations of a patch come to: attributes of a user by name, as directories write them.

Okta sends no path and an object; Entra sends paths with filters, “Add”, “Replace” and values as
text. Adding to a list of roles adds, where replacing it replaces. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.api.scim.asking import BadPath, BadSyntax, Operation, plain_path

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
OURS = "urn:dialtone:params:scim:schemas:1.0:Staff"

# How paths are written, and where their value belongs.
_PATHS = {
    "active": ("active",),
    "username": ("userName",),
    "externalid": ("externalId",),
    "displayname": ("displayName",),
    "preferredlanguage": ("preferredLanguage",),
    "name": ("name",),
    "name.formatted": ("name", "formatted"),
    "name.givenname": ("name", "givenName"),
    "name.familyname": ("name", "familyName"),
    OURS.casefold(): (OURS,),
    f"{OURS}:markets".casefold(): (OURS, "markets"),
}
# What directories send of their own accord and we do not keep. Where the mail address is our
# userName, one that sends both says nothing new.
_PASSED_OVER = (
    "emails",
    "title",
    "phonenumbers",
    "addresses",
    "nickname",
    "timezone",
    "locale",
    "usertype",
    "profileurl",
    "photos",
    "schemas",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user",
)
_ROLE = re.compile(
    r'roles(?:\[\s*(value|primary)\s+eq\s+"([^"]{1,64})"\s*\](?:\.value)?)?', re.IGNORECASE
)


def changes(operations: Sequence[Operation], *, roles: Sequence[str], name: str) -> dict[str, Any]:
    """Of somebody who has these roles and this name. Raises BadPath, BadSyntax."""
    values: dict[str, Any] = {}
    has = list(roles)
    for op, path, value in _single(operations):
        if role := _ROLE.fullmatch(path):
            has = _roles(op, role, value, has)
            values["roles"] = [{"value": each} for each in has]
        elif not path.casefold().startswith(_PASSED_OVER):
            _put(values, path, None if op == "remove" else value)
    _keep_other_name(values, name)
    return values


def _single(operations: Sequence[Operation]) -> Iterator[tuple[str, str, Any]]:
    """Operation, path and value; one without a path is one for each name in its value."""
    for each in operations:
        op = each.op.casefold()
        if op not in {"add", "replace", "remove"}:
            raise BadSyntax
        if each.path is not None:
            yield op, plain_path(each.path, USER), each.value
        elif isinstance(each.value, dict) and op != "remove":
            yield from ((op, plain_path(name, USER), value) for name, value in each.value.items())
        else:
            raise BadSyntax


def _roles(op: str, path: re.Match[str], value: Any, has: list[str]) -> list[str]:
    named = [path[2]] if (path[1] or "").casefold() == "value" else _codes(value)
    if op == "add":
        return [*has, *(each for each in named if each not in has)]
    if op == "remove":
        return [each for each in has if each not in named] if named else []
    return named


def _codes(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    said = [each.get("value") if isinstance(each, dict) else each for each in listed]
    codes = [each for each in said if isinstance(each, str)]
    if len(codes) < len(said):
        raise BadSyntax
    return codes


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    if path.casefold() not in _PATHS:
        raise BadPath
    *above, last = _PATHS[path.casefold()]
    for step in above:
        held = values.setdefault(step, {})
        if not isinstance(held, dict):
            raise BadSyntax
        values = held
    values[last] = value


def _keep_other_name(values: dict[str, Any], name: str) -> None:
    """Who gets another given name keeps her family's, and the other way round."""
    told = values.get("name")
    if isinstance(told, dict) and "formatted" not in told and len(told) == 1:
        given, _sign, family = name.partition(" ")
        values["name"] = {"givenName": given, "familyName": family, **told}
