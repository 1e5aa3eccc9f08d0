"""Looking up staff."""

from sqlalchemy import select

from app.core import db
from app.identity.models import Staff, Team


def everybody() -> list[tuple[Staff, str | None]]:
    """All staff by name, each with the name of their team."""
    query = select(Staff, Team.name).outerjoin(Team, Team.id == Staff.team_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Staff.name))]
