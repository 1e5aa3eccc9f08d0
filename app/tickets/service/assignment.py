"""Who works on a ticket."""

from uuid import UUID

from app.audit import service as audit
from app.conversations.models import MessageKind
from app.conversations.service import messages, ownership
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.identity.models import Staff
from app.tickets import access
from app.tickets.errors import AlreadyAccepted, CannotTakeTickets, TicketNotOpen
from app.tickets.events import TicketAccepted, TicketTransferred
from app.tickets.models import Status, Ticket


def accept(ticket_id: UUID, *, by: Actor) -> Ticket:
    """Take a waiting ticket and its conversation. Of many at once exactly one succeeds; the
    others are told who did (AlreadyAccepted). Accepting twice is accepting once."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        if ticket.assignee_id == by.id and ticket.is_open:
            return ticket
        _must_be_waiting(ticket)
        ticket.status = Status.OPEN
        ticket.assignee_id = by.id
        ticket.accepted_at = clock.now()
        if ticket.conversation_id is not None:
            ownership.assign(ticket.conversation_id, by.id, by=by)
        audit.record(by, "ticket.accepted", "ticket", ticket.id, status=(Status.NEW, Status.OPEN))
        events.announce(
            TicketAccepted(
                ticket.id,
                ticket.conversation_id,
                by.id,
                by.name,
                ticket.customer_id,
                ticket.market_code,
                ticket.accepted_at,
            )
        )
    return ticket


def transfer(ticket_id: UUID, to_staff_id: UUID | None, *, by: Actor, note: str = "") -> Ticket:
    """Pass it to a colleague, or back to the queue (None). The note stays among staff."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        if not ticket.is_open:
            raise TicketNotOpen
        target = _target(ticket, to_staff_id)
        before = ticket.assignee_id
        if note.strip() and ticket.conversation_id is not None:
            _leave_note(ticket.conversation_id, note, by)
        ticket.status = Status.OPEN if target else Status.NEW
        ticket.assignee_id = target.id if target else None
        ticket.accepted_at = clock.now() if target else None
        _move_conversation(ticket, target, by)
        audit.record(by, "ticket.transferred", "ticket", ticket.id, to=(before, to_staff_id))
        events.announce(
            TicketTransferred(
                ticket.id,
                ticket.conversation_id,
                ticket.customer_id,
                ticket.market_code,
                before,
                to_staff_id,
                target.name if target else "",
                clock.now(),
            )
        )
    return ticket


def _must_be_waiting(ticket: Ticket) -> None:
    if ticket.status is Status.NEW:
        return
    if ticket.is_open and ticket.assignee is not None:
        raise AlreadyAccepted(ticket.assignee.name)
    raise TicketNotOpen


def _target(ticket: Ticket, staff_id: UUID | None) -> Staff | None:
    if staff_id is None:
        return None
    target = db.session.get(Staff, staff_id)
    if target is None:
        raise NotFound
    actor = target.as_actor()
    able = actor.may("tickets.accept") and actor.sees_market(ticket.market_code)
    if target.disabled_at is not None or not able:
        raise CannotTakeTickets
    return target


def _leave_note(conversation_id: UUID, note: str, by: Actor) -> None:
    messages.say(conversation_id, note, by=by, client_key=f"note:{new_id()}", kind=MessageKind.NOTE)


def _move_conversation(ticket: Ticket, target: Staff | None, by: Actor) -> None:
    if ticket.conversation_id is None:
        return
    if target is not None:
        ownership.assign(ticket.conversation_id, target.id, by=by)
    else:
        ownership.release_if_owned(ticket.conversation_id, by=by)
