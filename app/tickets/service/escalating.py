"""Steps of a chain of escalation, each taken once, on the ticket and in the trail."""

from collections.abc import Callable, Mapping
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select

from app.audit import service as audit
from app.conversations.models import AgentState, Availability
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.core.sweeps import one_by_one
from app.identity.models import Staff
from app.tickets import access
from app.tickets.events import TicketEscalated
from app.tickets.models import Deed, Escalation, Priority, Status, Ticket, TicketClock
from app.tickets.service import assignment, lifecycle

log = structlog.get_logger(__name__)

_AT_ONCE = 100
_RANKS = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)

OWNER, SUPERVISORS = "owner", "supervisors"
# In the trail, and where a priority is another than impact and urgency give.
_WHY = "escalation"


def take_due() -> int:
    """Take the steps that are due, of clocks that still run. Returns how many."""
    due = (
        select(Escalation.id)
        .join(TicketClock, TicketClock.id == Escalation.clock_id)
        .where(
            Escalation.done_at.is_(None),
            Escalation.due_at <= clock.now(),
            or_(TicketClock.running_since.is_not(None), TicketClock.stopped_at.is_not(None)),
        )
        .order_by(Escalation.due_at, Escalation.position)
        .limit(_AT_ONCE)
    )
    with db.transaction():
        ids = list(db.session.scalars(due))
    return one_by_one(_take, ids)


def _take(escalation_id: UUID) -> bool:
    """Nothing when somebody else takes it at this moment, or has. One that is refused keeps nothing
    from those behind it."""
    query = select(Escalation).where(Escalation.id == escalation_id, Escalation.done_at.is_(None))
    with db.transaction():
        step = db.session.scalar(query.with_for_update(skip_locked=True))
        if step is None:
            return False
        ticket = access.ticket_for(SYSTEM, step.ticket_id, "tickets.read", lock=True)
        row = db.session.get_one(TicketClock, step.clock_id, populate_existing=True)
        step.done_at = clock.now()
        if row.stopped_at is not None or not ticket.is_open:
            step.told = "not_needed"
            return True
        try:
            with db.savepoint():
                staff_ids = _DEEDS[step.deed](ticket, step)
        except Refusal as refusal:
            log.warning("escalation_refused", escalation_id=str(step.id), code=refusal.code)
            step.told, staff_ids = "refused", []
        audit.record(
            SYSTEM, "ticket.escalated", "ticket", ticket.id, deed=step.deed, goal=row.goal,
            occasion=step.occasion, outcome=step.told,
        )  # fmt: skip
        events.announce(
            TicketEscalated(
                step.id,
                ticket.id,
                ticket.conversation_id,
                ticket.customer_id,
                ticket.market_code,
                step.deed.value,
                tuple(staff_ids),
                step.done_at,
            )
        )
    return True


def _notify(ticket: Ticket, step: Escalation) -> list[UUID]:
    if step.whom == OWNER and ticket.assignee_id is not None:
        found = [ticket.assignee_id]
    elif step.whom in {OWNER, SUPERVISORS}:
        found = [each.id for each in _supervisors(ticket)]
    else:
        team = select(Staff).where(Staff.team_id == UUID(step.whom), Staff.disabled_at.is_(None))
        found = [each.id for each in db.session.scalars(team) if _sees(each, ticket)]
    step.told = "told" if found else "nobody"
    return found


def _raise_priority(ticket: Ticket, step: Escalation) -> list[UUID]:
    rank = _RANKS.index(ticket.priority)
    if rank + 1 == len(_RANKS):
        step.told = "highest"
        return []
    lifecycle.change_priority(ticket.id, _RANKS[rank + 1], by=SYSTEM, reason=_WHY)
    step.told = ticket.priority.value
    return [ticket.assignee_id] if ticket.assignee_id else []


def _requeue(ticket: Ticket, step: Escalation) -> list[UUID]:
    """It waits for another team; who had it is told."""
    before = ticket.assignee_id
    assignment.transfer(ticket.id, None, by=SYSTEM, team_id=UUID(step.whom), reason=_WHY)
    step.told = "requeued"
    return [before] if before else []


def _assign_supervisor(ticket: Ticket, step: Escalation) -> list[UUID]:
    """To the one who is there and has least to do; else it stays where it is, and they are told."""
    supervisors = _supervisors(ticket)
    present = [
        each for each in supervisors if "tickets.accept" in each.permissions and _is_there(each.id)
    ]
    if not present:
        step.told = "nobody"
        return [each.id for each in supervisors]
    chosen = min(present, key=lambda each: (_has_open(each.id), str(each.id)))
    if chosen.id != ticket.assignee_id:
        assignment.transfer(ticket.id, chosen.id, by=SYSTEM, reason=_WHY)
    step.told = chosen.name
    return [chosen.id]


_DEEDS: Mapping[Deed, Callable[[Ticket, Escalation], list[UUID]]] = {
    Deed.NOTIFY: _notify,
    Deed.RAISE_PRIORITY: _raise_priority,
    Deed.REQUEUE: _requeue,
    Deed.ASSIGN_SUPERVISOR: _assign_supervisor,
}


def _supervisors(ticket: Ticket) -> list[Staff]:
    """By their role, or one of the operator's own that lets them watch over others' talks."""
    watches = or_(
        Staff.roles.contains(["supervisor"]),
        Staff.custom_permissions.contains(["conversations.monitor"]),
    )
    query = select(Staff).where(watches, Staff.disabled_at.is_(None))
    found = db.session.scalars(query.order_by(Staff.name, Staff.id))
    return [each for each in found if _sees(each, ticket)]


def _sees(person: Staff, ticket: Ticket) -> bool:
    return person.as_actor().sees_market(ticket.market_code)


def _is_there(staff_id: UUID) -> bool:
    state = db.session.get(AgentState, staff_id)
    return state is not None and state.availability is Availability.AVAILABLE


def _has_open(staff_id: UUID) -> int:
    query = select(func.count()).where(Ticket.assignee_id == staff_id, Ticket.status == Status.OPEN)
    return db.session.scalar(query) or 0
