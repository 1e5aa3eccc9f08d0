"""Who works on a ticket."""

from uuid import UUID

from app.audit import service as audit
from app.conversations.models import MessageKind
from app.conversations.service import messages, ownership
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.identity.models import Staff, Team
from app.tickets import access
from app.tickets.errors import AlreadyAccepted, CannotTakeTickets, TicketNotOpen
from app.tickets.events import TicketAccepted, TicketTransferred
from app.tickets.models import Status, Ticket
from app.tickets.service import commenting, merging, offering, timing

_LONGEST_REASON = 500


def accept(ticket_id: UUID, *, by: Actor) -> Ticket:
    """Take a waiting ticket and its conversation. Of many at once exactly one succeeds; the
    others are told who did (AlreadyAccepted), or who is being asked (OfferedElsewhere). Accepting
    twice is accepting once."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        if ticket.assignee_id == by.id and ticket.is_open:
            return ticket
        _must_be_waiting(ticket)
        offering.settle(ticket, by=by)
        slept = ticket.snoozed_until is not None
        ticket.status, ticket.snoozed_until = Status.OPEN, None
        ticket.assignee_id = by.id
        ticket.accepted_at = clock.now()
        if slept:
            timing.follow(ticket)
        if ticket.conversation_id is not None:
            talk = ownership.assign(ticket.conversation_id, by.id, by=by)
            if talk.channel == "voice":  # taking the call is the answer
                timing.answered(ticket.accepted_at, ticket_id=ticket.id)
        merging.take_talks(ticket)
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


def transfer(
    ticket_id: UUID,
    to_staff_id: UUID | None,
    *,
    by: Actor,
    note: str = "",
    team_id: UUID | None = None,
    reason: str = "",
) -> Ticket:
    """Pass it to a colleague, or back to the queue (None): of a team, where one is named. It keeps
    its place, which is by when it was opened. The note stays among staff; the reason, else the
    note, is in the trail."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        access.must_be_open(ticket)
        target = _target(ticket, to_staff_id)
        team = _team(team_id)
        before = ticket.assignee_id
        if note.strip():
            _leave_note(ticket, note, by)
        ticket.status = Status.OPEN if target else Status.NEW
        ticket.snoozed_until = None
        ticket.assignee_id = target.id if target else None
        ticket.accepted_at = clock.now() if target else None
        if team is not None:
            ticket.team_id = team.id
        _move_conversation(ticket, target, by)
        timing.follow(ticket)
        told = {"to": (before, to_staff_id), "reason": (reason or note).strip()[:_LONGEST_REASON]}
        if team is not None:
            told["team"] = team.name
        audit.record(by, "ticket.transferred", "ticket", ticket.id, **told)
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


def _team(team_id: UUID | None) -> Team | None:
    if team_id is None:
        return None
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound
    return team


def _leave_note(ticket: Ticket, note: str, by: Actor) -> None:
    """Where whoever takes over reads: in the talk, else on the ticket itself."""
    if ticket.conversation_id is None:
        commenting.comment(ticket.id, note, by=by)
        return
    key = f"note:{new_id()}"
    messages.say(ticket.conversation_id, note, by=by, client_key=key, kind=MessageKind.NOTE)


def _move_conversation(ticket: Ticket, target: Staff | None, by: Actor) -> None:
    """With those of what was merged into it."""
    if ticket.conversation_id is not None and target is not None:
        ownership.assign(ticket.conversation_id, target.id, by=by)
    elif ticket.conversation_id is not None:
        ownership.release_if_owned(ticket.conversation_id, by=by)
    merging.take_talks(ticket)
