"""Users of the directory: staff. Nobody is deleted, because what she did stays; she is let go."""

from typing import Any
from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from app.api.scim import bp, patching
from app.api.scim.asking import (
    Patch,
    Resource,
    body,
    listed,
    page,
    read_as,
    shaped,
    truth,
    wanted,
)
from app.api.scim.patching import OURS, USER
from app.api.v1.asking import client_with
from app.core.errors import Invalid
from app.identity import provisioning
from app.identity.models import Staff
from app.identity.provisioning import Wanted
from app.web.login import current_actor

_FILTERS = ("userName", "externalId", "id", "emails.value", "emails", "displayName", "active")


class Name(Resource):
    formatted: str | None = None
    given: str | None = Field(default=None, alias="givenName")
    family: str | None = Field(default=None, alias="familyName")


class Role(Resource):
    value: str


class Mine(Resource):
    markets: list[str] | None = None


class User(Resource):
    """What we keep of one; what is left out stays as it is."""

    user_name: str | None = Field(default=None, alias="userName")
    external_id: str | None = Field(default=None, alias="externalId")
    name: Name | None = None
    display_name: str | None = Field(default=None, alias="displayName")
    language: str | None = Field(default=None, alias="preferredLanguage")
    active: Any = None
    roles: list[Role] | None = None
    ours: Mine | None = Field(default=None, alias="urn:dialtone:params:scim:schemas:1.0:Staff")


@bp.post("/Users")
@client_with("staff.provision")
def make_user() -> ResponseReturnValue:
    sent = body(User)
    if sent.user_name is None:
        raise Invalid(field="userName")
    staff = provisioning.make(_wanted(sent), by=current_actor())
    answer = jsonify(shown(staff))
    answer.headers["Location"] = _location(staff)
    return answer, 201


@bp.get("/Users")
@client_with("staff.provision")
def find_users() -> ResponseReturnValue:
    start, count = page()
    total, found = provisioning.find(wanted(_FILTERS), start=start, count=count, by=current_actor())
    return jsonify(listed([shaped(shown(each)) for each in found], total, start))


@bp.get("/Users/<uuid:staff_id>")
@client_with("staff.provision")
def show_user(staff_id: UUID) -> ResponseReturnValue:
    return jsonify(shaped(shown(provisioning.one(staff_id, by=current_actor()))))


@bp.put("/Users/<uuid:staff_id>")
@client_with("staff.provision")
def replace_user(staff_id: UUID) -> ResponseReturnValue:
    sent = body(User)
    if sent.user_name is None:
        raise Invalid(field="userName")
    return jsonify(shown(provisioning.change(staff_id, _wanted(sent), by=current_actor())))


@bp.patch("/Users/<uuid:staff_id>")
@client_with("staff.provision")
def patch_user(staff_id: UUID) -> ResponseReturnValue:
    operations, by = body(Patch).operations, current_actor()
    staff = provisioning.one(staff_id, by=by)
    values = patching.changes(operations, roles=staff.roles, name=staff.name)
    changed = _wanted(read_as(User, values))
    return jsonify(shown(provisioning.change(staff_id, changed, by=by)))


@bp.delete("/Users/<uuid:staff_id>")
@client_with("staff.provision")
def delete_user(staff_id: UUID) -> ResponseReturnValue:
    """She is let go. A directory that comes back to her finds her here, and not active."""
    provisioning.let_go(staff_id, by=current_actor())
    return "", 204


def shown(staff: Staff) -> dict[str, Any]:
    given, _, family = staff.name.partition(" ")
    created = staff.created_at.isoformat()
    told: dict[str, Any] = {
        "schemas": [USER, OURS],
        "id": str(staff.id),
        "userName": staff.email,
        "name": {"formatted": staff.name, "givenName": given, "familyName": family},
        "displayName": staff.name,
        "preferredLanguage": staff.language,
        "emails": [{"value": staff.email, "type": "work", "primary": True}],
        "active": staff.disabled_at is None,
        "roles": [{"value": each} for each in staff.roles],
        "groups": [{"value": str(staff.team_id)}] if staff.team_id else [],
        OURS: {"markets": staff.markets},
        "meta": {"resourceType": "User", "created": created, "location": _location(staff)},
    }
    return told | ({"externalId": staff.external_id} if staff.external_id else {})


def _wanted(sent: User) -> Wanted:
    return Wanted(
        email=sent.user_name,
        name=_name_of(sent),
        external_id=sent.external_id,
        language=sent.language[:2].casefold() if sent.language else None,
        roles=None if sent.roles is None else [each.value for each in sent.roles],
        markets=sent.ours.markets if sent.ours else None,
        active=None if sent.active is None else truth(sent.active),
    )


def _name_of(sent: User) -> str | None:
    name = sent.name or Name()
    parts = " ".join(each for each in (name.given, name.family) if each)
    return sent.display_name or name.formatted or parts or None


def _location(staff: Staff) -> str:
    return provisioning.address_of(url_for("scim.show_user", staff_id=staff.id))
