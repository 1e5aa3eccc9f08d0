"""What somebody leaves behind: her chats go back to the queue once she is gone for a while."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.conversations.models import AgentState, Availability, Conversation
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.sweeps import one_by_one
from app.tickets import access, routing
from app.tickets.models import RoutingPlan, Status, Ticket
from app.tickets.service import assignment

_AT_ONCE = 200
_GONE = frozenset({Availability.OFFLINE, Availability.ABSENT})


def hand_back() -> int:
    """Talks that go on now, of whoever is gone for as long as their market waits. They keep
    their place, for that is by when they were opened, and all that was said. Returns how many."""
    grace = func.make_interval(0, 0, 0, 0, 0, 0, RoutingPlan.hand_back_after)
    left = (
        select(Ticket.id)
        .join(AgentState, AgentState.staff_id == Ticket.assignee_id)
        .join(RoutingPlan, RoutingPlan.market_code == Ticket.market_code)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(
            AgentState.availability.in_(_GONE),
            AgentState.since <= clock.now() - grace,
            RoutingPlan.hand_back_after > 0,
            Ticket.status == Status.OPEN,
            Ticket.snoozed_until.is_(None),
            Conversation.channel.in_(routing.LIVE),
        )
        .limit(_AT_ONCE)
    )
    with db.transaction():
        ids = list(db.session.scalars(left))
    return one_by_one(_hand_back, ids)


def after_talk(staff_id: UUID, market_code: str) -> None:
    """Some time for herself, where her market gives it; in the caller's transaction."""
    plan = db.session.get(RoutingPlan, market_code)
    state = db.session.get(AgentState, staff_id, populate_existing=True)
    is_there = state is not None and state.availability is Availability.AVAILABLE
    if plan is not None and plan.wrap_up and is_there:
        until = clock.now() + timedelta(seconds=plan.wrap_up)
        ownership.set_availability(staff_id, Availability.WRAP_UP, by=SYSTEM, until=until)


def _hand_back(ticket_id: UUID) -> bool:
    """Unless she, or somebody, has it in hand at this moment."""
    with db.transaction():
        ticket = access.ticket_for(SYSTEM, ticket_id, "tickets.read", lock=True)
        state = db.session.get(AgentState, ticket.assignee_id) if ticket.assignee_id else None
        if ticket.status is Status.OPEN and state is not None and state.availability in _GONE:
            assignment.transfer(ticket.id, None, by=SYSTEM, reason=state.availability.value)
            return True
    return False
