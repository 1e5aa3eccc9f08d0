"""What supervisors see of the distribution: plans, teams, and everybody who takes tickets."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.conversations import queries as conversations
from app.conversations.models import AgentState, Availability
from app.core import clock, db
from app.core.actor import Actor
from app.identity import teams
from app.identity.models import Staff, Team
from app.markets import queries as markets
from app.tickets import hours, routing, workload
from app.tickets.models import AgentSkills, RoutingPlan, TeamHours
from app.tickets.service.planning import meet, usual_plan

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AtWork:
    """`load` and `capacity` in the units of `app.tickets.routing`; no topics, and no services, are
    all. `spent` is
    how long she was in which state in the last day."""

    staff_id: UUID
    name: str
    availability: Availability
    speaks: list[str]
    markets: list[str]
    topics: list[str]
    services: list[str]
    capacity: int
    load: int
    vip: bool
    spent: dict[Availability, timedelta]


def plans_for(actor: Actor) -> list[RoutingPlan]:
    """One for each of the actor's markets, the usual one where nobody has planned."""
    actor.must("routing.manage")
    codes = [each.code for each in markets.markets_of(actor)]
    query = select(RoutingPlan).where(RoutingPlan.market_code.in_(codes))
    planned = {each.market_code: each for each in db.session.scalars(query)}
    return [planned.get(code) or usual_plan(code) for code in codes]


@dataclass(frozen=True, slots=True)
class TeamAtWork:
    """`calendar` is the key of the one that it works by, None is day and night."""

    team: Team
    calendar: UUID | None
    is_open: bool


def teams_for(actor: Actor) -> list[TeamAtWork]:
    """By name, with whether they work now."""
    actor.must("routing.manage")
    chosen = {each.team_id: each.calendar for each in db.session.scalars(select(TeamHours))}
    closed = hours.closed_teams(clock.now())
    return [
        TeamAtWork(team, chosen.get(team.id), team.id not in closed) for team in teams.every_team()
    ]


def agents_for(actor: Actor) -> list[AtWork]:
    """By name. Three statements, however many they are."""
    actor.must("routing.manage")
    query = (
        select(Staff, AgentState.availability, AgentSkills)
        .outerjoin(AgentState, AgentState.staff_id == Staff.id)
        .outerjoin(AgentSkills, AgentSkills.staff_id == Staff.id)
        .where(Staff.disabled_at.is_(None))
        .order_by(Staff.name, Staff.id)
    )
    found = [row for row in db.session.execute(query) if _takes_tickets(actor, row[0])]
    now = clock.now()
    spent = conversations.time_in_states([row[0].id for row in found], now - _DAY, now)
    loads = workload.loads([staff.id for staff, *_ in found])
    return [
        AtWork(
            staff.id,
            staff.name,
            availability or Availability.OFFLINE,
            staff.speaks,
            staff.markets,
            skills.topics if skills else [],
            skills.services if skills else [],
            skills.capacity if skills else routing.USUAL_CAPACITY,
            loads[staff.id],
            skills.vip if skills else False,
            spent[staff.id],
        )
        for staff, availability, skills in found
    ]


def _takes_tickets(actor: Actor, staff: Staff) -> bool:
    return meet(actor, staff) and "tickets.accept" in staff.permissions
