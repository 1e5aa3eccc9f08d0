"""Tickets and other tickets: parents, and links."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.turns import take_turn
from app.tickets import access
from app.tickets.errors import CircularParent
from app.tickets.events import TicketLinked
from app.tickets.models import Link, LinkKind, Ticket
from app.tickets.service.changing import change

# People choose among these; the others come about by themselves.
BY_HAND = (LinkKind.RELATES, LinkKind.DUPLICATES, LinkKind.BLOCKS)


def set_parent(ticket_id: UUID, parent_id: UUID | None, *, by: Actor) -> Ticket:
    """Part of something bigger, or (None) not any more. Raises CircularParent."""
    with db.transaction():
        take_turn("ticket tree")  # two who put each other below the other meet here
        ticket = access.workable_ticket(by, ticket_id)
        if parent_id is not None:
            parent = access.ticket_for(by, parent_id, "tickets.read")
            if parent.market_code != ticket.market_code:
                raise NotFound
            if ticket.id in _with_those_above(parent.id):
                raise CircularParent
        change(ticket, by, parent_id=parent_id)
    return ticket


def link(ticket_id: UUID, to_id: UUID, kind: LinkKind, *, by: Actor) -> None:
    """Linking twice is linking once."""
    if kind not in BY_HAND:
        raise Invalid(field="kind")
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept")
        other = access.ticket_for(by, to_id, "tickets.accept")
        if ticket.id == other.id:
            raise Invalid(field="to")
        mark_linked(ticket, other, kind, by=by)


def unlink(ticket_id: UUID, link_id: UUID, *, by: Actor) -> None:
    """A link from or to this ticket."""
    with db.transaction():
        ticket = access.ticket_for(by, ticket_id, "tickets.accept")
        found = db.session.get(Link, link_id, with_for_update=True)
        if found is None or ticket.id not in {found.from_id, found.to_id}:
            raise NotFound
        other = found.to_id if found.from_id == ticket.id else found.from_id
        name = db.session.get_one(Ticket, other).reference
        audit.record(by, "ticket.unlinked", "ticket", ticket.id, other=name, kind=found.kind)
        db.session.delete(found)


def mark_linked(ticket: Ticket, other: Ticket, kind: LinkKind, *, by: Actor) -> None:
    """In the caller's transaction."""
    values = {"id": new_id(), "from_id": ticket.id, "to_id": other.id, "kind": kind}
    statement = insert(Link).values(**values, created_at=clock.now()).on_conflict_do_nothing()
    if db.session.execute(statement.returning(Link.id)).first() is None:
        return
    audit.record(by, "ticket.linked", "ticket", ticket.id, other=other.reference, kind=kind)
    events.announce(TicketLinked(ticket.id, other.id, kind.value, ticket.market_code, clock.now()))


def links_of(ticket_id: UUID) -> list[tuple[Link, Ticket]]:
    """Each with the ticket at its other end, the latest first. One statement."""
    is_from = Link.from_id == ticket_id
    query = (
        select(Link, Ticket)
        .join(
            Ticket,
            or_(
                is_from & (Ticket.id == Link.to_id),
                (Link.to_id == ticket_id) & (Ticket.id == Link.from_id),
            ),
        )
        .where(or_(is_from, Link.to_id == ticket_id))
        .order_by(Link.created_at.desc())
        .limit(50)
    )
    return [(found, other) for found, other in db.session.execute(query)]


def _with_those_above(ticket_id: UUID) -> set[UUID]:
    up = select(Ticket.id, Ticket.parent_id).where(Ticket.id == ticket_id).cte(recursive=True)
    above = up.union(select(Ticket.id, Ticket.parent_id).join(up, Ticket.id == up.c.parent_id))
    return set(db.session.scalars(select(above.c.id)))
