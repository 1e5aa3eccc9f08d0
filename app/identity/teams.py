"""Teams: who belongs together. A team has one queue, of the inboxes that name it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.identity.models import Staff, Team
from app.identity.staffing import must_manage, staff_for

_LONGEST_NAME = 80


class TeamExists(Conflict):
    code = "team_exists"
    message = lazy("There is a team of this name already.")


def every_team() -> Sequence[Team]:
    return db.session.scalars(select(Team).order_by(Team.name)).all()


def id_of_named(name: str | None) -> UUID | None:
    """None for None. Raises NotFound."""
    if name is None:
        return None
    found = db.session.scalar(select(Team.id).where(Team.name == name))
    if found is None:
        raise NotFound(team=name)
    return found


def add_team(name: str, *, by: Actor) -> Team:
    """Raises TeamExists, Invalid."""
    must_manage(by)
    name = _checked(name)
    with db.transaction():
        if db.session.scalar(select(Team.id).where(Team.name == name)) is not None:
            raise TeamExists
        team = Team(name=name)
        db.session.add(team)
        db.session.flush()  # the audit entry needs the id
        audit.record(by, "team.added", "team", team.id, name=name)
    return team


def rename_team(team_id: UUID, name: str, *, by: Actor) -> Team:
    """Raises TeamExists, Invalid, NotFound."""
    must_manage(by)
    name = _checked(name)
    with db.transaction():
        team = db.session.get(Team, team_id, with_for_update=True)
        if team is None:
            raise NotFound
        holder = db.session.scalar(select(Team.id).where(Team.name == name))
        if holder not in {None, team.id}:
            raise TeamExists
        before, team.name = team.name, name
        if before != name:
            audit.record(by, "team.renamed", "team", team.id, name=(before, name))
    return team


def put_in_team(staff_id: UUID, team_id: UUID | None, *, by: Actor) -> Staff:
    """Into this team and out of any other; None is in no team. Raises NotFound."""
    with db.transaction():
        staff = staff_for(by, staff_id, lock=True)
        before, after = name_of(staff.team_id), name_of(team_id)
        staff.team_id = team_id
        if before != after:
            audit.record(by, "staff.team_changed", "staff", staff.id, team=(before, after))
    return staff


def name_of(team_id: UUID | None) -> str | None:
    """Raises NotFound."""
    if team_id is None:
        return None
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound
    return team.name


def _checked(name: str) -> str:
    name = name.strip()
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        raise Invalid(field="name")
    return name
