"""From open to resolved and back."""

from uuid import UUID

from sqlalchemy import func, select, update

from app.audit import service as audit
from app.conversations.cleaning import cleaned
from app.conversations.models import Status as ConversationStatus
from app.conversations.service import ownership
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.tickets import access, casework, setup
from app.tickets.errors import (
    ReasonNeeded,
    StatusDoesNotFit,
    TicketIsMerged,
    TicketNotOpen,
    TicketStillOpen,
)
from app.tickets.events import TicketClosed, TicketReopened, TicketResolved
from app.tickets.models import Link, LinkKind, Priority, ReopenPolicy, Status, Ticket
from app.tickets.priorities import priority_of
from app.tickets.service import merging, opening, timing
from app.tickets.service.changing import change
from app.tickets.service.classifying import must_be_complete, status_for

_LONGEST_REASON = 200


def set_pending(ticket_id: UUID, *, by: Actor) -> Ticket:
    """It waits for the customer, until she writes."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        if ticket.status not in {Status.OPEN, Status.PENDING}:
            raise TicketNotOpen
        if ticket.conversation_id is not None:
            ownership.await_customer(ticket.conversation_id, by=by)
        change(ticket, by, status=Status.PENDING)
    return ticket


def mark_answered(ticket: Ticket, *, by: Actor) -> None:
    """It waited for the customer, who wrote; in the caller's transaction."""
    change(ticket, by, status=Status.OPEN if ticket.assignee_id else Status.NEW)


def change_priority(ticket_id: UUID, priority: Priority, *, by: Actor, reason: str = "") -> Ticket:
    """It is promised something else from now on; the time that has run is not lost. Raises
    ReasonNeeded where impact and urgency give another priority and nobody says why."""
    words = cleaned(reason, may_be_empty=True)[:_LONGEST_REASON]
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        access.must_be_open(ticket)
        overrides = _given_by_matrix(ticket) not in {None, priority}
        if overrides and not words:
            raise ReasonNeeded(field="reason")
        change(ticket, by, priority=priority, priority_reason=words if overrides else "")
    return ticket


def resolve(
    ticket_id: UUID,
    *,
    by: Actor,
    resolution: str,
    status_id: UUID | None = None,
    with_children: bool = False,
) -> Ticket:
    """Tell the customer it is fixed: the conversation is resolved with it, and (`with_children`)
    the open tickets below it. Raises FieldsMissing while a field is empty that closing needs."""
    words = cleaned(resolution)
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.resolve")
        access.must_be_open(ticket)
        own = None if status_id is None else status_for(ticket, status_id)
        if own is not None and own.status is not Status.RESOLVED:
            raise StatusDoesNotFit(field="status")
        _resolve_one(ticket, words, by)
        ticket.status_id = own.id if own else None
        if with_children:
            for child_id in casework.open_children(ticket.id):
                child = access.ticket_for(by, child_id, "tickets.resolve", lock=True)
                _resolve_one(child, words, by)
    return ticket


def _resolve_one(ticket: Ticket, words: str, by: Actor) -> None:
    must_be_complete(ticket)
    settle(ticket, words, by)


def settle(ticket: Ticket, words: str, by: Actor) -> None:
    """Resolved with its conversations; in the caller's transaction, which holds it."""
    # Before it moves: those that were merged come along.
    talks = merging.talks_of([ticket.id]).get(ticket.id, [])
    mark_resolved(ticket, by=by, resolution=words)
    for talk in talks:
        if talk.is_with_person:
            is_hers = talk.assignee_id == by.id or by.may("conversations.assign")
            ownership.resolve(talk.id, by=by if is_hers else SYSTEM)


def mark_resolved(ticket: Ticket, *, by: Actor, resolution: str) -> None:
    """The ticket alone, inside the caller's transaction."""
    before = ticket.status
    ticket.status, ticket.snoozed_until = Status.RESOLVED, None
    ticket.resolution = resolution
    ticket.resolved_at = clock.now()
    timing.follow(ticket)
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
    """Not fixed after all. For staff it goes back to its owner, for a customer to the queue.

    Once its market's days for this are over it stays closed, and what comes back is a new ticket
    that follows it. Raises TicketIsMerged for one that was merged.
    """
    permission = "tickets.read" if by.is_customer else "tickets.resolve"
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, permission, lock=True)
        if ticket.merged_into_id is not None:
            raise TicketIsMerged
        if ticket.is_open:
            raise TicketStillOpen
        ticket = comes_back(ticket, by=by, to_queue=by.is_customer)
        _wake_conversation(ticket, by)
    return ticket


def comes_back(ticket: Ticket, *, by: Actor, to_queue: bool) -> Ticket:
    """Itself, or the new one that follows it, which is made once; inside the caller's transaction,
    which holds it."""
    if not setup.is_same_again(ticket, clock.now()):
        later = _follower(ticket)
        if later is None:
            return opening.follow_up(ticket, by=by)
        return later if later.is_open else comes_back(later, by=by, to_queue=to_queue)
    mark_reopened(ticket, by=by, to_queue=to_queue)
    return ticket


def mark_reopened(ticket: Ticket, *, by: Actor, to_queue: bool) -> None:
    """The ticket alone, inside the caller's transaction."""
    if to_queue:
        ticket.assignee_id = None
        ticket.accepted_at = None
    before = ticket.status
    ticket.status = Status.OPEN if ticket.assignee_id else Status.NEW
    ticket.reopened += 1
    ticket.resolved_at = None
    timing.follow(ticket, awaited=to_queue)
    audit.record(by, "ticket.reopened", "ticket", ticket.id, status=(before, ticket.status))
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
    """Close for good what has been resolved for as long as its market waits. Returns how many."""
    moment = clock.now()
    chosen = select(ReopenPolicy.days).where(ReopenPolicy.market_code == Ticket.market_code)
    days = func.coalesce(chosen.scalar_subquery(), setup.USUAL_DAYS)
    long_ago = Ticket.resolved_at <= moment - func.make_interval(0, 0, 0, days)
    statement = (
        update(Ticket)
        .where(Ticket.status == Status.RESOLVED, long_ago)
        .values(status=Status.CLOSED, status_id=None, status_since=moment)
        .returning(Ticket.id, Ticket.customer_id, Ticket.market_code)
        .execution_options(synchronize_session=False)
    )
    with db.transaction():
        closed = db.session.execute(statement).all()
        audit.record_all(by, "ticket.closed", "ticket", {each.id: {} for each in closed})
        events.announce_all(
            [TicketClosed(e.id, e.customer_id, e.market_code, moment) for e in closed]
        )
    return len(closed)


def _follower(ticket: Ticket) -> Ticket | None:
    """The latest that was opened in its place, or what that has become part of; held."""
    query = (
        select(func.coalesce(Ticket.merged_into_id, Ticket.id))
        .join(Link, Link.from_id == Ticket.id)
        .where(Link.to_id == ticket.id, Link.kind == LinkKind.FOLLOWS)
        .order_by(Ticket.created_at.desc())
        .limit(1)
    )
    later_id = db.session.scalar(query)
    return access.ticket_for(SYSTEM, later_id, "tickets.read", lock=True) if later_id else None


def _given_by_matrix(ticket: Ticket) -> Priority | None:
    """None where nobody has said how much it matters."""
    if ticket.impact is None or ticket.urgency is None:
        return None
    return priority_of(ticket.impact, ticket.urgency, setup.matrix())


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
