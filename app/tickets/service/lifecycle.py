"""From open to resolved and back."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.models import Status as ConversationStatus
from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.tickets import access, sla
from app.tickets.errors import TicketClosed, TicketNotOpen, TicketStillOpen
from app.tickets.events import TicketChanged, TicketReopened, TicketResolved
from app.tickets.models import Priority, Status, Ticket

SETTLED_AFTER = timedelta(days=7)


def set_pending(ticket_id: UUID, *, by: Actor) -> Ticket:
    """It waits for the customer, until she writes."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        if ticket.status not in {Status.OPEN, Status.PENDING}:
            raise TicketNotOpen
        if ticket.conversation_id is not None:
            ownership.await_customer(ticket.conversation_id, by=by)
        _change(ticket, by, status=Status.PENDING)
    return ticket


def change_priority(ticket_id: UUID, priority: Priority, *, by: Actor) -> Ticket:
    """The promise is counted anew from when the ticket was opened."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        if not ticket.is_open:
            raise TicketNotOpen
        promise = sla.promise(priority, ticket.created_at)
        ticket.respond_by, ticket.resolve_by = promise.respond_by, promise.resolve_by
        _change(ticket, by, priority=priority)
    return ticket


def resolve(ticket_id: UUID, *, by: Actor, resolution: str) -> Ticket:
    """Tell the customer it is fixed: the conversation is resolved with it."""
    words = cleaned(resolution)
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.resolve")
        if not ticket.is_open:
            raise TicketNotOpen
        mark_resolved(ticket, by=by, resolution=words)
        conversation = ticket.conversation
        if conversation is not None and conversation.is_with_person:
            ownership.resolve(conversation.id, by=by)
    return ticket


def mark_resolved(ticket: Ticket, *, by: Actor, resolution: str) -> None:
    """The ticket alone, inside the caller's transaction."""
    before = ticket.status
    ticket.status = Status.RESOLVED
    ticket.resolution = resolution
    ticket.resolved_at = clock.now()
    audit.record(by, "ticket.resolved", "ticket", ticket.id, status=(before, Status.RESOLVED))
    events.announce(
        TicketResolved(
            ticket.id,
            ticket.conversation_id,
            ticket.customer_id,
            ticket.market_code,
            ticket.assignee_id,
            ticket.resolved_at,
        )
    )


def reopen(ticket_id: UUID, *, by: Actor) -> Ticket:
    """Not fixed after all. For staff it goes back to its owner, for a customer to the queue."""
    permission = "tickets.read" if by.is_customer else "tickets.resolve"
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, permission, lock=True)
        if ticket.status is Status.CLOSED:
            raise TicketClosed
        if ticket.is_open:
            raise TicketStillOpen
        mark_reopened(ticket, by=by, to_queue=by.is_customer)
        _wake_conversation(ticket, by)
    return ticket


def mark_reopened(ticket: Ticket, *, by: Actor, to_queue: bool) -> None:
    """The ticket alone, inside the caller's transaction."""
    if to_queue:
        ticket.assignee_id = None
        ticket.accepted_at = None
        ticket.respond_by = sla.promise(ticket.priority, clock.now()).respond_by
    ticket.status = Status.OPEN if ticket.assignee_id else Status.NEW
    ticket.reopened += 1
    ticket.resolved_at = None
    audit.record(
        by, "ticket.reopened", "ticket", ticket.id, status=(Status.RESOLVED, ticket.status)
    )
    events.announce(
        TicketReopened(
            ticket.id,
            ticket.conversation_id,
            ticket.customer_id,
            ticket.market_code,
            ticket.status.value,
            clock.now(),
        )
    )


def close_settled(*, by: Actor) -> int:
    """Close for good what has been resolved for a week. Returns how many."""
    with db.transaction():
        closed = list(
            db.session.scalars(
                update(Ticket)
                .where(
                    Ticket.status == Status.RESOLVED,
                    Ticket.resolved_at < clock.now() - SETTLED_AFTER,
                )
                .values(status=Status.CLOSED)
                .returning(Ticket.id)
                .execution_options(synchronize_session=False)
            )
        )
        for ticket_id in closed:
            audit.record(by, "ticket.closed", "ticket", ticket_id)
    return len(closed)


def _change(
    ticket: Ticket,
    by: Actor,
    *,
    status: Status | None = None,
    priority: Priority | None = None,
) -> None:
    before = (ticket.status, ticket.priority)
    ticket.status = status or ticket.status
    ticket.priority = priority or ticket.priority
    after = (ticket.status, ticket.priority)
    if before == after:
        return
    audit.record(by, "ticket.changed", "ticket", ticket.id, before=before, after=after)
    events.announce(
        TicketChanged(
            ticket.id,
            ticket.conversation_id,
            ticket.customer_id,
            ticket.market_code,
            ticket.status.value,
            ticket.priority.value,
            clock.now(),
        )
    )


def _wake_conversation(ticket: Ticket, by: Actor) -> None:
    """The talk goes where its ticket went; one that a person has already is left alone.

    The right to it comes with the ticket: an agent does not see what the bot has meanwhile.
    """
    conversation = ticket.conversation
    if conversation is None or conversation.is_with_person:
        return
    if ticket.assignee_id is not None:
        ownership.assign(conversation.id, ticket.assignee_id, by=SYSTEM)
        return
    if conversation.status is ConversationStatus.RESOLVED:
        ownership.reopen(conversation.id, by=by)
    ownership.release_if_owned(conversation.id, by=SYSTEM)
