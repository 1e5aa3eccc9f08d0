"""Groups of the directory: teams. Somebody is in one of them at most."""

from typing import Any
from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from app.api.scim import bp
from app.api.scim.asking import (
    BadPath,
    BadSyntax,
    Operation,
    Patch,
    Resource,
    body,
    listed,
    member_of_path,
    page,
    plain_path,
    shaped,
    wanted,
)
from app.api.v1.asking import client_with
from app.core.errors import Invalid
from app.identity import provisioning
from app.identity.models import Staff, Team
from app.web.login import current_actor

GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"


class Member(Resource):
    value: UUID


class Group(Resource):
    display_name: str = Field(alias="displayName")
    members: list[Member] = []


@bp.post("/Groups")
@client_with("staff.provision")
def make_group() -> ResponseReturnValue:
    sent = body(Group)
    members = [each.value for each in sent.members]
    team = provisioning.make_team(sent.display_name, members, by=current_actor())
    answer = jsonify(_shown(team))
    answer.headers["Location"] = _location(team)
    return answer, 201


@bp.get("/Groups")
@client_with("staff.provision")
def find_groups() -> ResponseReturnValue:
    start, count = page()
    asked = wanted(("displayName", "id", "members", "members.value"))
    by = current_actor()
    total, found = provisioning.find_teams(asked, start=start, count=count, by=by)
    members = provisioning.members_of([each.id for each in found], by=by)
    shown = [shaped(_as_group(team, members.get(team.id, []))) for team in found]
    return jsonify(listed(shown, total, start))


@bp.get("/Groups/<uuid:team_id>")
@client_with("staff.provision")
def show_group(team_id: UUID) -> ResponseReturnValue:
    return jsonify(shaped(_shown(provisioning.team(team_id))))


@bp.put("/Groups/<uuid:team_id>")
@client_with("staff.provision")
def replace_group(team_id: UUID) -> ResponseReturnValue:
    sent, by = body(Group), current_actor()

    def replace() -> None:
        provisioning.rename_team(team_id, sent.display_name, by=by)
        provisioning.set_members(team_id, [each.value for each in sent.members], by=by)

    provisioning.together(replace)
    return jsonify(_shown(provisioning.team(team_id)))


@bp.patch("/Groups/<uuid:team_id>")
@client_with("staff.provision")
def patch_group(team_id: UUID) -> ResponseReturnValue:
    operations = body(Patch).operations

    def apply_all() -> None:
        for each in operations:
            _apply(team_id, each)

    provisioning.together(apply_all)
    return jsonify(_shown(provisioning.team(team_id)))


@bp.delete("/Groups/<uuid:team_id>")
@client_with("staff.provision")
def delete_group(team_id: UUID) -> ResponseReturnValue:
    """Nobody is in it any more; the team stays, because tickets and reports name it."""
    provisioning.set_members(provisioning.team(team_id).id, [], by=current_actor())
    return "", 204


def _apply(team_id: UUID, operation: Operation) -> None:
    by, op, path = current_actor(), operation.op.casefold(), plain_path(operation.path, GROUP)
    if op not in {"add", "replace", "remove"}:
        raise BadSyntax
    if not path:
        _apply_all(team_id, op, operation.value)
    elif path.casefold() == "displayname" and op != "remove":
        provisioning.rename_team(team_id, _text(operation.value), by=by)
    elif (one := member_of_path(path)) is not None and op == "remove":
        provisioning.take_out(team_id, [_id(one)], by=by)
    elif path.casefold() == "members":
        _change_members(team_id, op, operation.value)
    else:
        raise BadPath


def _apply_all(team_id: UUID, op: str, value: Any) -> None:
    if not isinstance(value, dict) or op == "remove":
        raise BadSyntax
    for name, each in value.items():
        if name.casefold() not in {"id", "schemas", "externalid", "meta"}:
            _apply(team_id, Operation(op=op, path=name, value=each))


def _change_members(team_id: UUID, op: str, value: Any) -> None:
    by = current_actor()
    ids = [_id(each.get("value")) if isinstance(each, dict) else _id(each) for each in _list(value)]
    if op == "add":
        provisioning.put_in(team_id, ids, by=by)
    elif op == "replace" or value is None:
        provisioning.set_members(team_id, ids, by=by)
    else:
        provisioning.take_out(team_id, ids, by=by)


def _shown(team: Team) -> dict[str, Any]:
    members = provisioning.members_of([team.id], by=current_actor())
    return _as_group(team, members.get(team.id, []))


def _as_group(team: Team, members: list[Staff]) -> dict[str, Any]:
    return {
        "schemas": [GROUP],
        "id": str(team.id),
        "displayName": team.name,
        "members": [{"value": str(each.id), "display": each.name} for each in members],
        "meta": {"resourceType": "Group", "location": _location(team)},
    }


def _location(team: Team) -> str:
    return provisioning.address_of(url_for("scim.show_group", team_id=team.id))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise BadSyntax
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadSyntax
    return value


def _id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise Invalid(field="members") from None
