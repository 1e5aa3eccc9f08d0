"""What a ticket is about: its topic, and the tags on it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.tickets import access, tags
from app.tickets.models import Ticket, TicketTag, Topic
from app.tickets.service.changing import change


def change_topic(ticket_id: UUID, topic: Topic, *, by: Actor) -> Ticket:
    """It is about something else. Raises TicketNotOpen."""
    with db.transaction():
        ticket = access.owned_ticket(by, ticket_id, "tickets.accept")
        access.must_be_open(ticket)
        change(ticket, by, topic=topic)
    return ticket


def tag(ticket_id: UUID, word: str, *, by: Actor) -> bool:
    """Whether it is new on this ticket. Raises BadTag."""
    name = tags.written(word)
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        return bool(put_tag([ticket.id], name, by))


def untag(ticket_id: UUID, word: str, *, by: Actor) -> bool:
    """Whether it was on this ticket. Raises BadTag."""
    name = tags.written(word)
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept", lock=True)
        return bool(take_tag([ticket.id], name, by))


def put_tag(ticket_ids: Sequence[UUID], word: str, by: Actor) -> set[UUID]:
    """Returns those that did not have it."""
    if not ticket_ids:
        return set()
    rows = [{"ticket_id": each, "tag": word, "at": clock.now()} for each in ticket_ids]
    statement = insert(TicketTag).values(rows).on_conflict_do_nothing()
    put = set(db.session.scalars(statement.returning(TicketTag.ticket_id)))
    audit.record_all(by, "ticket.tagged", "ticket", {each: {"tag": word} for each in put})
    return put


def take_tag(ticket_ids: Sequence[UUID], word: str, by: Actor) -> set[UUID]:
    """Returns those that had it."""
    statement = (
        delete(TicketTag)
        .where(TicketTag.ticket_id.in_(ticket_ids), TicketTag.tag == word)
        .returning(TicketTag.ticket_id)
    )
    taken = set(db.session.scalars(statement))
    audit.record_all(by, "ticket.untagged", "ticket", {each: {"tag": word} for each in taken})
    return taken
