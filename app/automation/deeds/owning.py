"""Actions that say who works on a ticket."""

from uuid import UUID

from sqlalchemy import func, select

from app.automation.deeds.port import Change, Deed, Doer, On
from app.automation.definition import Action
from app.automation.errors import NobodyThere
from app.automation.facts import Facts
from app.conversations.models import AgentState, Availability
from app.core import db
from app.core.errors import NotFound
from app.core.i18n import lazy
from app.identity.models import Staff, Team
from app.tickets import service
from app.tickets.models import Status, Ticket


def _assign_agent(action: Action, on: On, doer: Doer) -> bool:
    query = select(Staff.id).where(Staff.email == action.value, Staff.disabled_at.is_(None))
    staff_id = db.session.scalar(query)
    if staff_id is None:
        raise NotFound
    return _give(on.ticket, staff_id, doer)


def _assign_team(action: Action, on: On, doer: Doer) -> bool:
    """To whoever of the team takes tickets now and has fewest; one who has it keeps it."""
    ticket = db.session.get_one(Ticket, on.ticket)
    there = _there(action.value, ticket.market_code)
    if ticket.assignee_id in there:
        return False
    if not there:
        raise NobodyThere
    return _give(ticket.id, there[0], doer)


def _to_queue(_action: Action, on: On, doer: Doer) -> bool:
    return _give(on.ticket, None, doer)


def _give(ticket_id: UUID, staff_id: UUID | None, doer: Doer) -> bool:
    if db.session.get_one(Ticket, ticket_id).assignee_id == staff_id:
        return False
    service.transfer(ticket_id, staff_id, by=doer.by)
    return True


def _there(team: str, market_code: str) -> list[UUID]:
    having = (
        select(func.count())
        .where(Ticket.assignee_id == Staff.id, Ticket.status == Status.OPEN)
        .scalar_subquery()
    )
    query = (
        select(Staff)
        .join(Team, Team.id == Staff.team_id)
        .join(AgentState, AgentState.staff_id == Staff.id)
        .where(
            Team.name == team,
            Staff.disabled_at.is_(None),
            AgentState.availability == Availability.AVAILABLE,
        )
        .order_by(having, Staff.id)
    )
    return [each.id for each in db.session.scalars(query) if _takes(each, market_code)]


def _takes(staff: Staff, market_code: str) -> bool:
    able = "tickets.accept" in staff.permissions
    return able and (not staff.markets or market_code in staff.markets)


def _given(action: Action, _facts: Facts) -> Change | None:
    return Change("assignee", "", action.value)


def _queued(_action: Action, facts: Facts) -> Change | None:
    return Change("assignee", "", "—") if facts.values.get("has_owner") else None


OWNING = (
    Deed("assign_agent", lazy("Give it to"), _assign_agent, _given, choices="agent"),
    Deed("assign_team", lazy("Give it to the team"), _assign_team, _given, choices="team"),
    Deed("to_queue", lazy("Put it back into the queue"), _to_queue, _queued),
)
