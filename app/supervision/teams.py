"""Teams: made here, and who is in which. Inboxes name the team whose queue they fill."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, teams
from app.identity.roles import every_role
from app.supervision import bp
from app.web.fields import id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with


@bp.get("/people/teams")
@staff_with("staff.manage")
def all_teams() -> ResponseReturnValue:
    return render_template(
        "supervision/people/teams.html",
        teams=teams.every_team(),
        people=queries.managed_by(current_actor()),
        role_names={each.code: each.name for each in every_role()},
    )


@bp.post("/people/teams")
@staff_with("staff.manage")
@takes("name")
def add_team() -> ResponseReturnValue:
    teams.add_team(request.form.get("name", ""), by=current_actor())
    return redirect(url_for("supervision.all_teams"), 303)


@bp.post("/people/<uuid:staff_id>/team")
@staff_with("staff.manage")
@takes("team")
def put_in_team(staff_id: UUID) -> ResponseReturnValue:
    team_id = id_or_none(request.form.get("team", ""), field="team")
    teams.put_in_team(staff_id, team_id, by=current_actor())
    return redirect(url_for("supervision.all_teams"), 303)
