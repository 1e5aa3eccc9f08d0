"""Reads for the queue, the agent's own list, the customer's list and the wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from app.conversations.models import Conversation, Verification
from app.conversations.models import Status as ConversationStatus
from app.core import clock, db
from app.core.actor import Actor
from app.customers.models import Customer
from app.tickets.models import Priority, Status, Ticket, Topic

_RECENT = timedelta(hours=1)
_ENOUGH = 3

_RANKS = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}
_rank = case(_RANKS, value=Ticket.priority)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A ticket as lists show it. `learnt` is what the bot found out; the conversation's fields
    are None for a ticket without one; `unread` counts messages its owner has not seen."""

    ticket_id: UUID
    reference: str
    subject: str
    topic: Topic
    priority: Priority
    status: Status
    language: str
    market_code: str
    waiting_since: datetime
    respond_by: datetime
    resolve_by: datetime
    summary: str
    learnt: dict[str, Any]
    customer_id: UUID | None
    customer_name: str
    conversation_id: UUID | None
    channel: str | None
    verification: Verification | None
    conversation_status: ConversationStatus | None
    last_message_at: datetime | None
    unread: int


def queue(actor: Actor, *, limit: int = 150) -> list[QueueRow]:
    """What waits for somebody like this actor, most pressing first, then oldest. One statement.

    Raises Forbidden without tickets.read.
    """
    actor.must("tickets.read")
    query = _rows().where(Ticket.status == Status.NEW)
    if actor.markets:
        query = query.where(Ticket.market_code.in_(actor.markets))
    return _listed(query.order_by(_rank, Ticket.created_at).limit(limit))


def mine(actor: Actor, *, limit: int = 150) -> list[QueueRow]:
    """What this agent works on, the one with the latest word first. One statement."""
    actor.must("tickets.read")
    query = _rows().where(
        Ticket.assignee_id == actor.id, Ticket.status.in_([Status.OPEN, Status.PENDING])
    )
    latest = func.coalesce(Conversation.last_message_at, Ticket.created_at)
    return _listed(query.order_by(latest.desc()).limit(limit))


def of_customer(customer_id: UUID, *, limit: int = 50) -> list[Ticket]:
    """The customer's tickets, latest first."""
    query = select(Ticket).where(Ticket.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Ticket.created_at.desc()).limit(limit)))


def of_conversation(conversation_id: UUID) -> Ticket | None:
    """The conversation's open ticket, else its latest one."""
    query = select(Ticket).where(Ticket.conversation_id == conversation_id)
    newest = query.order_by(
        Ticket.status.in_([Status.NEW, Status.OPEN, Status.PENDING]).desc(),
        Ticket.created_at.desc(),
    )
    return db.session.scalar(newest.limit(1))


def open_ticket_of(conversation_id: UUID, *, lock: bool = False) -> Ticket | None:
    query = (
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation_id,
            Ticket.status.in_([Status.NEW, Status.OPEN, Status.PENDING]),
        )
        .order_by(Ticket.created_at.desc())
        .limit(1)
    )
    return db.session.scalar(_maybe_locked(query, lock))


def last_resolved_of(conversation_id: UUID, *, lock: bool = False) -> Ticket | None:
    query = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id, Ticket.status == Status.RESOLVED)
        .order_by(Ticket.resolved_at.desc())
        .limit(1)
    )
    return db.session.scalar(_maybe_locked(query, lock))


def position(ticket: Ticket) -> int | None:
    """Its place in its market's queue, 1 is next; None when it does not wait."""
    if ticket.status is not Status.NEW:
        return None
    own_rank = _RANKS[ticket.priority]
    before = or_(_rank < own_rank, and_(_rank == own_rank, Ticket.created_at < ticket.created_at))
    query = select(func.count()).where(
        Ticket.market_code == ticket.market_code, Ticket.status == Status.NEW, before
    )
    return (db.session.scalar(query) or 0) + 1


def places_in_line(market_code: str, *, limit: int = 500) -> list[tuple[UUID, int]]:
    """The conversations in widgets that wait in a market's queue, with their places. One
    statement; the place is the one that `position` tells."""
    place = func.row_number().over(order_by=(_rank, Ticket.created_at)).label("place")
    line = (
        select(Ticket.conversation_id, place)
        .where(Ticket.market_code == market_code, Ticket.status == Status.NEW)
        .subquery()
    )
    query = (
        select(line.c.conversation_id, line.c.place)
        .join(Conversation, Conversation.id == line.c.conversation_id)
        .where(Conversation.channel == "webchat")
        .order_by(line.c.place)
        .limit(limit)
    )
    return [(row.conversation_id, row.place) for row in db.session.execute(query)]


def expected_wait(market_code: str) -> timedelta | None:
    """The median wait of those accepted in the last hour; None when they are too few to say."""
    waited = func.extract("epoch", Ticket.accepted_at - Ticket.created_at)
    query = select(func.count(), func.percentile_cont(0.5).within_group(waited)).where(
        Ticket.market_code == market_code,
        Ticket.accepted_at > clock.now() - _RECENT,
        Ticket.created_at > clock.now() - 2 * _RECENT,
    )
    count, seconds = db.session.execute(query).one()
    return timedelta(seconds=float(seconds)) if count >= _ENOUGH else None


def _rows() -> Any:
    return (
        select(
            Ticket.id,
            Ticket.reference,
            Ticket.subject,
            Ticket.topic,
            Ticket.priority,
            Ticket.status,
            Ticket.language,
            Ticket.market_code,
            func.coalesce(Conversation.handed_over_at, Ticket.created_at),
            Ticket.respond_by,
            Ticket.resolve_by,
            Ticket.summary,
            Ticket.context,
            Ticket.customer_id,
            func.coalesce(Customer.name, Conversation.visitor_name, ""),
            Ticket.conversation_id,
            Conversation.channel,
            Conversation.verification,
            Conversation.status,
            Conversation.last_message_at,
            func.coalesce(Conversation.last_seq - Conversation.staff_read_seq, 0),
        )
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
    )


def _listed(query: Select[Any]) -> list[QueueRow]:
    return [QueueRow(*row) for row in db.session.execute(query)]


def _maybe_locked(query: Select[Ticket], lock: bool) -> Select[Ticket]:
    if not lock:
        return query
    return query.with_for_update().execution_options(populate_existing=True)
