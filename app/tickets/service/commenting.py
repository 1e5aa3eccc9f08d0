"""What is said on the ticket itself, and how long somebody worked on it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations.cleaning import checked_key, cleaned
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import Invalid
from app.core.ids import new_id
from app.identity.models import Staff
from app.tickets import access, casework
from app.tickets import mentions as colleagues
from app.tickets.errors import CannotSeeTicket
from app.tickets.events import MentionedOnTicket, TicketCommented
from app.tickets.models import Comment, Status, Ticket, TimeSpent
from app.tickets.service import lifecycle, resting

_LONGEST_NOTE = 200
_MINUTES = range(1, 1441)


def comment(
    ticket_id: UUID,
    body: str,
    *,
    by: Actor,
    public: bool = False,
    client_key: str | None = None,
    mentions: Sequence[UUID] = (),
) -> Comment:
    """A note among staff, or (public) an answer to the customer, who is told of it. On one that was
    merged it is said on the ticket that stayed.

    What a customer says is public, wakes the ticket, and reopens one that is done: as the
    same or, after its market's days, as a new one. A repeated `client_key` is the same comment.

    `mentions` are colleagues who are told of what is said among us; CannotSeeTicket for one who
    must not know of the ticket.
    """
    words = cleaned(body)
    key = None if client_key is None else checked_key(client_key)
    with db.transaction():
        permission = "tickets.read" if by.is_customer else "tickets.accept"
        found = access.ticket_for(by, ticket_id, permission)
        ticket = access.ticket_for(by, found.merged_into_id or found.id, permission, lock=True)
        known = _known(ticket, key)
        if known is None and by.is_customer:
            ticket, public = _taken_up(ticket, by), True
            known = _known(ticket, key)
        if known is not None:
            return known
        named = _mentioned(ticket, by, public, mentions) if mentions else []
        made = _said(ticket, words, by, public, key)
        _tell_mentioned(made, named, by)
    return made


def log_time(ticket_id: UUID, minutes: int, *, by: Actor, note: str = "") -> TimeSpent:
    """1 to 1440 minutes of one's own work."""
    if minutes not in _MINUTES:
        raise Invalid(field="minutes")
    words = cleaned(note, may_be_empty=True)[:_LONGEST_NOTE]
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        spent = TimeSpent(
            ticket_id=ticket.id, staff_id=by.id, minutes=minutes, note=words, at=clock.now()
        )
        db.session.add(spent)
        audit.record(by, "ticket.worked_on", "ticket", ticket.id, minutes=minutes)
    return spent


def _said(ticket: Ticket, body: str, by: Actor, public: bool, key: str | None) -> Comment:
    author = "agent" if by.kind is Kind.STAFF else by.kind.value
    values = {
        "id": new_id(),
        "ticket_id": ticket.id,
        "public": public,
        "author_kind": author,
        "author_id": by.id,
        "author_name": by.name,
        "body": body,
        "client_key": key,
        "at": clock.now(),
    }
    made = db.session.scalars(insert(Comment).values(**values).returning(Comment)).one()
    audit.record(by, "ticket.commented", "ticket", ticket.id, public=public)
    events.announce(
        TicketCommented(
            ticket.id,
            ticket.customer_id,
            ticket.market_code,
            made.id,
            public,
            author,
            by.id,
            made.at,
        )
    )
    return made


def _mentioned(ticket: Ticket, by: Actor, public: bool, staff_ids: Sequence[UUID]) -> list[Staff]:
    if public or by.kind is not Kind.STAFF or len(staff_ids) > colleagues.MOST:
        raise Invalid(field="mentions")
    found = colleagues.those_of(ticket, staff_ids, but=by)
    if found is None:
        raise CannotSeeTicket
    return found


def _tell_mentioned(made: Comment, named: Sequence[Staff], by: Actor) -> None:
    for each in named:
        events.announce(MentionedOnTicket(made.ticket_id, made.id, each.id, by.name, made.at))


def _known(ticket: Ticket, key: str | None) -> Comment | None:
    return None if key is None else casework.comment_by_key(ticket.id, key)


def _taken_up(ticket: Ticket, by: Actor) -> Ticket:
    """Where a customer's words belong now."""
    if not ticket.is_open:
        ticket = lifecycle.reopen(ticket.id, by=by)
    resting.mark_awake(ticket, by=by)
    if ticket.status is Status.PENDING:
        lifecycle.mark_answered(ticket, by=by)
    return ticket
