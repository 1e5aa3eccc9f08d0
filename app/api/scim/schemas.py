"""What a user and a group have here, as RFC 7643 describes attributes: read by directories."""

from collections.abc import Mapping
from typing import Any

from app.api.scim.groups import GROUP
from app.api.scim.patching import OURS, USER

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"


def _attribute(name: str, kind: str = "string", /, **more: Any) -> dict[str, Any]:
    usual = {
        "name": name,
        "type": kind,
        "multiValued": False,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    }
    return usual | more


def _many(name: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return _attribute(name, "complex", multiValued=True, subAttributes=list(parts), **more)


_USER = [
    _attribute("userName", required=True, uniqueness="server"),
    _attribute(
        "name",
        "complex",
        subAttributes=[_attribute(each) for each in ("formatted", "givenName", "familyName")],
    ),
    _attribute("displayName"),
    _attribute("preferredLanguage"),
    _attribute("active", "boolean"),
    _many(
        "emails",
        _attribute("value"),
        _attribute("type"),
        _attribute("primary", "boolean"),
        mutability="readOnly",
    ),
    _many("roles", _attribute("value")),
    _many("groups", _attribute("value"), mutability="readOnly"),
]
_GROUP = [
    _attribute("displayName", required=True, uniqueness="server"),
    _many("members", _attribute("value"), _attribute("display", mutability="readOnly")),
]
SCHEMAS: Mapping[str, dict[str, Any]] = {
    USER: {"name": "User", "description": "Somebody who works here", "attributes": _USER},
    GROUP: {"name": "Group", "description": "A team", "attributes": _GROUP},
    OURS: {
        "name": "Staff",
        "description": "The markets somebody works for; none is all",
        "attributes": [_attribute("markets", multiValued=True)],
    },
}
