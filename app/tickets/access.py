"""The one door to a ticket. Every caller that acts for somebody comes through here."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.models import Conversation
from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.tickets.errors import TicketNotOpen, TicketNotYours
from app.tickets.models import Ticket


def ticket_for(actor: Actor, ticket_id: UUID, permission: str, *, lock: bool = False) -> Ticket:
    """Raises NotFound for what this actor must not know of, Forbidden without the permission.

    `lock` holds the ticket and, before it, its conversation: always in this order, because a
    hand-over comes from the conversation to its ticket.
    """
    ticket = db.session.get(Ticket, ticket_id)
    if ticket is None or not may_see(actor, ticket):
        raise NotFound
    actor.must(permission)
    return _locked(ticket) if lock else ticket


def may_see(actor: Actor, ticket: Ticket) -> bool:
    """Customers their own, staff and machines those of their markets."""
    if actor.kind in {Kind.SYSTEM, Kind.BOT}:
        return True
    if actor.kind is Kind.CUSTOMER:
        return ticket.customer_id == actor.id
    return actor.kind in {Kind.STAFF, Kind.CLIENT} and actor.sees_market(ticket.market_code)


def owned_ticket(actor: Actor, ticket_id: UUID, permission: str) -> Ticket:
    """Locked, for its assignee or for somebody who may assign; else TicketNotYours."""
    ticket = ticket_for(actor, ticket_id, permission, lock=True)
    if actor.kind is not Kind.CLIENT:
        must_own(actor, ticket)
    return ticket


def workable_ticket(actor: Actor, ticket_id: UUID, permission: str = "tickets.accept") -> Ticket:
    """Locked, for who may put it in order: anybody of its markets while it is nobody's, then as
    `owned_ticket`. Machines and the system own nothing and may, too."""
    ticket = ticket_for(actor, ticket_id, permission, lock=True)
    if actor.kind is Kind.STAFF and ticket.assignee_id is not None:
        must_own(actor, ticket)
    return ticket


def must_own(actor: Actor, ticket: Ticket) -> None:
    if ticket.assignee_id != actor.id and not actor.may("tickets.assign"):
        raise TicketNotYours


def must_be_open(ticket: Ticket) -> None:
    if not ticket.is_open:
        raise TicketNotOpen


def _locked(ticket: Ticket) -> Ticket:
    if ticket.conversation_id is not None:
        query = select(Conversation.id).where(Conversation.id == ticket.conversation_id)
        db.session.execute(query.with_for_update())
    return db.session.get_one(Ticket, ticket.id, with_for_update=True, populate_existing=True)
