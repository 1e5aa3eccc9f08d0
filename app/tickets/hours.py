"""When teams work, and when somebody is there for a ticket whose team does not."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select

from app.conversations.models import AgentState, Availability
from app.core import clock, db
from app.identity.models import Staff
from app.markets.working_time import Calendar, is_open, opens_at
from app.tickets import rulebook
from app.tickets.models import Distribution, RoutingPlan, TeamHours

_TEAMS = select(TeamHours)


def calendars() -> dict[UUID, Calendar]:
    """Of the teams that do not work day and night. One statement where none does."""
    chosen = {each.team_id: each.calendar for each in db.session.scalars(_TEAMS)}
    if not chosen:
        return {}
    known = rulebook.rulebook().calendars
    return {
        team_id: rulebook.calendar_of(known[key]) for team_id, key in chosen.items() if key in known
    }


def closed_teams(moment: datetime) -> frozenset[UUID]:
    return frozenset(
        team_id for team_id, works in calendars().items() if not is_open(works, moment)
    )


def openings(market_code: str, team_ids: Collection[UUID | None]) -> dict[UUID | None, datetime]:
    """When the closed ones of these teams open, where nobody else takes what waits for them until
    then. A few statements, however many teams they are; None is everybody's queue, never closed."""
    if not any(team_ids):
        return {}
    now, known = clock.now(), calendars()
    closed = {team for team, works in known.items() if not is_open(works, now)}
    asked = closed.intersection(team_ids)
    if not asked:
        return {}
    plan = db.session.get(RoutingPlan, market_code)
    if plan is None or plan.distribution is not Distribution.OFFER:
        return {}
    if plan.overflow_after and _is_anybody_there(market_code, closed):
        return {}
    found = ((team, opens_at(known[team], now)) for team in asked)
    return {team: moment for team, moment in found if moment is not None}


def _is_anybody_there(market_code: str, closed: Collection[UUID]) -> bool:
    there = exists().where(
        AgentState.staff_id == Staff.id,
        AgentState.availability == Availability.AVAILABLE,
        Staff.disabled_at.is_(None),
        or_(Staff.team_id.is_(None), Staff.team_id.not_in(closed)),
        or_(func.jsonb_array_length(Staff.markets) == 0, Staff.markets.contains([market_code])),
    )
    return bool(db.session.scalar(select(there)))
