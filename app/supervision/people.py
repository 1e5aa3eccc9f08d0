"""Who works here, in which role, team and market: invited, given other roles, let go."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import i18n
from app.identity import queries, sessions, staffing
from app.identity.models import SessionKind, Staff
from app.identity.permissions import ROLES, permissions_of
from app.identity.roles import every_role
from app.markets.queries import markets_of
from app.supervision import bp, uses
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

DEED = "staff.manage"


@bp.get("/people")
@staff_with("staff.manage")
def people() -> ResponseReturnValue:
    return render_template(
        "supervision/people/index.html",
        people=queries.managed_by(current_actor()),
        role_names={each.code: each.name for each in every_role()},
        is_invited=staffing.is_invited,
        done=request.args.get("done", ""),
    )


@bp.get("/people/invite")
@staff_with("staff.manage")
def invite_form() -> ResponseReturnValue:
    return render_template("supervision/people/invite.html", **_choices())


@bp.post("/people/invite")
@staff_with("staff.manage")
@takes("name", "email", "roles", "markets", "language")
def invite() -> ResponseReturnValue:
    form = request.form
    email = staffing.checked_email(form.get("email", ""))
    confirmed(DEED, email)
    staffing.invite(
        by=current_actor(),
        email=email,
        name=form.get("name", ""),
        roles=form.getlist("roles"),
        markets=form.getlist("markets"),
        language=form.get("language", ""),
    )
    return htmx.go(url_for("supervision.people", done="invited"))


@bp.get("/people/<uuid:staff_id>")
@staff_with("staff.manage")
def person(staff_id: UUID) -> ResponseReturnValue:
    staff = staffing.staff_for(current_actor(), staff_id)
    return render_template(
        "supervision/people/person.html",
        person=staff,
        invited=staffing.is_invited(staff),
        sessions=sessions.sessions_of(SessionKind.STAFF, staff.id),
        entries=uses.latest_of(staff.id, by=current_actor()),
        done=request.args.get("done", ""),
        **_choices(),
    )


@bp.post("/people/<uuid:staff_id>/roles")
@staff_with("staff.manage")
@takes("roles")
def change_roles(staff_id: UUID) -> ResponseReturnValue:
    return _done(
        staff_id,
        lambda who: staffing.change_roles(who, request.form.getlist("roles"), by=current_actor()),
    )


@bp.post("/people/<uuid:staff_id>/disable")
@staff_with("staff.manage")
@takes()
def disable_person(staff_id: UUID) -> ResponseReturnValue:
    return _done(staff_id, lambda who: staffing.disable(who, by=current_actor()))


@bp.post("/people/<uuid:staff_id>/enable")
@staff_with("staff.manage")
@takes()
def enable_person(staff_id: UUID) -> ResponseReturnValue:
    return _done(staff_id, lambda who: staffing.enable(who, by=current_actor()))


@bp.post("/people/<uuid:staff_id>/anew")
@staff_with("staff.manage")
@takes()
def begin_anew(staff_id: UUID) -> ResponseReturnValue:
    """She lost everything that proves who she is."""
    return _done(staff_id, lambda who: staffing.begin_anew(who, by=current_actor()))


@bp.post("/people/<uuid:staff_id>/invite-again")
@staff_with("staff.manage")
@takes()
def invite_again(staff_id: UUID) -> ResponseReturnValue:
    return _done(staff_id, lambda who: staffing.invite_again(who, by=current_actor()))


@bp.post("/people/<uuid:staff_id>/revoke")
@staff_with("staff.manage")
@takes()
def revoke_invitation(staff_id: UUID) -> ResponseReturnValue:
    staffing.revoke_invitation(staff_id, by=current_actor())
    return redirect(url_for("supervision.person", staff_id=staff_id, done="changed"), 303)


@bp.post("/people/<uuid:staff_id>/sign-out")
@staff_with("staff.manage")
@takes()
def sign_person_out(staff_id: UUID) -> ResponseReturnValue:
    staffing.sign_out_everywhere(staff_id, by=current_actor())
    return redirect(url_for("supervision.person", staff_id=staff_id, done="ended"), 303)


def _done(staff_id: UUID, change: Callable[[UUID], Staff]) -> ResponseReturnValue:
    """After proving once more who asks for it."""
    staff = staffing.staff_for(current_actor(), staff_id)
    confirmed(DEED, staff.id)
    change(staff.id)
    return htmx.go(url_for("supervision.person", staff_id=staff_id, done="changed"))


def _choices() -> dict[str, object]:
    """Only roles that she could give: none with rights that she has not got."""
    actor = current_actor()
    return {
        "roles": [role for role in ROLES if permissions_of([role]) <= actor.permissions],
        "made": [each for each in every_role() if set(each.permissions) <= actor.permissions],
        "markets": [each.code for each in markets_of(actor)],
        "languages": i18n.LANGUAGES,
    }
