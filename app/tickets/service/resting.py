"""Sleep: a ticket that nobody need look at before a moment, or before the customer writes."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid
from app.core.sweeps import one_by_one
from app.tickets import access
from app.tickets.events import TicketWoken
from app.tickets.models import Ticket
from app.tickets.service.changing import change

LONGEST = timedelta(days=366)
_AT_ONCE = 500


def snooze(ticket_id: UUID, until: datetime, *, by: Actor) -> Ticket:
    """Out of sight until then; it wakes earlier when the customer writes. Raises Invalid for a
    moment that is over or more than a year away."""
    with db.transaction():
        ticket = access.workable_ticket(by, ticket_id)
        access.must_be_open(ticket)
        if not clock.now() < until <= clock.now() + LONGEST:
            raise Invalid(field="until")
        if ticket.conversation_id is not None:
            ownership.await_customer(ticket.conversation_id, by=SYSTEM)
        change(ticket, by, snoozed_until=until)
    return ticket


def wake(ticket_id: UUID, *, by: Actor) -> Ticket:
    """Awake now; nothing when it is."""
    with db.transaction():
        ticket = access.workable_ticket(by, ticket_id)
        mark_awake(ticket, by=by)
    return ticket


def mark_awake(ticket: Ticket, *, by: Actor) -> None:
    """In the caller's transaction, which holds the ticket."""
    if change(ticket, by, snoozed_until=None):
        events.announce(
            TicketWoken(
                ticket.id,
                ticket.customer_id,
                ticket.market_code,
                ticket.assignee_id,
                clock.now(),
            )
        )


def wake_due(*, by: Actor) -> int:
    """Those whose moment has come, each in a transaction of its own. Returns how many."""
    query = select(Ticket.id).where(Ticket.snoozed_until <= clock.now()).limit(_AT_ONCE)
    due = list(db.session.scalars(query))
    return one_by_one(partial(_wake_if_due, by=by), due)


def _wake_if_due(ticket_id: UUID, by: Actor) -> bool:
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.read", lock=True)
        is_due = ticket.snoozed_until is not None and ticket.snoozed_until <= clock.now()
        if is_due:
            mark_awake(ticket, by=by)
    return is_due
