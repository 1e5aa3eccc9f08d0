"""Looking up staff."""

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from app.core import db
from app.core.actor import Actor
from app.identity.models import Staff, Team

WithTeam = tuple[Staff, str | None]


def everybody() -> list[WithTeam]:
    """All staff by name, each with the name of their team."""
    return _found(_with_team())


def managed_by(by: Actor) -> list[WithTeam]:
    """The same of those whom `by` may manage."""
    return _found(_with_team().where(in_reach(by)))


def in_reach(by: Actor) -> ColumnElement[bool]:
    """Whom `by` may manage: all whose markets are hers. As `staffing.staff_for` says of one."""
    if not by.markets:
        return true()
    return and_(Staff.markets != [], Staff.markets.contained_by(sorted(by.markets)))


def has_come_in() -> ColumnElement[bool]:
    """Not only invited: she chose a password, or proved a second factor."""
    return or_(Staff.password_hash.is_not(None), Staff.totp_last_step > 0)


def _with_team() -> Select[Staff, str]:
    query = select(Staff, Team.name).outerjoin(Team, Team.id == Staff.team_id)
    return query.order_by(Staff.name)


def _found(query: Select[Staff, str]) -> list[WithTeam]:
    return [(row[0], row[1]) for row in db.session.execute(query)]
