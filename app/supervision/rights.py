"""Who can do what, and who did: roles and permissions side by side, and what was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.identity import queries, reveals, roles
from app.identity.models import CustomRole
from app.identity.permissions import ALL_STAFF, PERMISSIONS, ROLES, Sensitivity
from app.identity.sensitivity import rules_of
from app.supervision import bp, uses
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.rights_words import RIGHTS
from app.web.step_up import confirmed

DEED = "staff.manage"


@dataclass(frozen=True, slots=True)
class Row:
    """A permission, how sensitive it is, what it takes, and the codes of the roles that hold it."""

    permission: str
    level: Sensitivity
    step_up: bool
    second_person: bool
    manager: bool
    held_by: frozenset[str]


@bp.get("/rights")
@staff_with("rights.read")
def rights() -> ResponseReturnValue:
    asked = request.args.get("q", "").strip()[:60]
    made = roles.every_role()
    return htmx.show(
        "supervision/rights/matrix.html",
        "supervision/rights/_matrix.html",
        asked=asked,
        rows=_rows(asked, made),
        built_in=list(ROLES),
        made=made,
    )


@bp.get("/rights/<permission>")
@staff_with("rights.read")
def right(permission: str) -> ResponseReturnValue:
    """Who has it, and who used it last."""
    if permission not in PERMISSIONS:
        raise NotFound
    reached = queries.managed_by(current_actor())
    people = [each for each, _team in reached if permission in each.permissions]
    return render_template(
        "supervision/rights/right.html",
        row=_row(permission, roles.every_role()),
        people=[each for each in people if each.disabled_at is None],
        entries=uses.latest_uses(permission, by=current_actor()),
        is_recorded=permission in uses.USES,
    )


@bp.get("/roles")
@staff_with("staff.manage")
def all_roles() -> ResponseReturnValue:
    return render_template(
        "supervision/rights/roles.html",
        made=roles.every_role(),
        built_in=[(code, len(held)) for code, held in ROLES.items()],
        offered=_offered(None),
    )


@bp.post("/roles")
@staff_with("staff.manage")
@takes("name", "permissions")
def make_role() -> ResponseReturnValue:
    name = request.form.get("name", "").strip()[:80]
    confirmed(DEED, name)
    roles.make(name, request.form.getlist("permissions"), by=current_actor())
    return htmx.go(url_for("supervision.all_roles"))


@bp.get("/roles/<uuid:role_id>")
@staff_with("staff.manage")
def role(role_id: UUID) -> ResponseReturnValue:
    found = next((each for each in roles.every_role() if each.id == role_id), None)
    if found is None:
        raise NotFound
    return render_template("supervision/rights/role.html", role=found, offered=_offered(found))


@bp.post("/roles/<uuid:role_id>")
@staff_with("staff.manage")
@takes("name", "permissions")
def change_role(role_id: UUID) -> ResponseReturnValue:
    confirmed(DEED, role_id)
    name, given = request.form.get("name", ""), request.form.getlist("permissions")
    roles.change(role_id, name, given, by=current_actor())
    return htmx.go(url_for("supervision.all_roles"))


@bp.post("/roles/<uuid:role_id>/retire")
@staff_with("staff.manage")
@takes()
def retire_role(role_id: UUID) -> ResponseReturnValue:
    roles.retire(role_id, by=current_actor())
    return htmx.go(url_for("supervision.all_roles"))


@bp.get("/reveals")
@staff_with("reveals.read")
def all_reveals() -> ResponseReturnValue:
    return render_template(
        "supervision/rights/reveals.html", reveals=reveals.latest(current_actor())
    )


def _rows(asked: str, made: Sequence[CustomRole]) -> list[Row]:
    wanted = asked.casefold()
    found = [each for each, words in RIGHTS.items() if wanted in f"{each} {words}".casefold()]
    by_role = [code for code in ROLES if wanted and wanted in code]
    found += [each for code in by_role for each in PERMISSIONS if each in ROLES[code]]
    return [_row(each, made) for each in dict.fromkeys(found)]


def _row(permission: str, made: Sequence[CustomRole]) -> Row:
    taken = rules_of(permission)
    held = {code for code, given in ROLES.items() if permission in given | ALL_STAFF}
    held |= {role.code for role in made if permission in role.permissions}
    return Row(
        permission,
        PERMISSIONS[permission],
        any(rule.step_up for rule in taken),
        any(rule.second_person for rule in taken),
        any(rule.manager for rule in taken),
        frozenset(held),
    )


def _offered(role: CustomRole | None) -> list[str]:
    """What she could give, and what the role gives already."""
    actor = current_actor()
    held = set(role.permissions) if role else set()
    return [each for each in PERMISSIONS if actor.may(each) or each in held]
