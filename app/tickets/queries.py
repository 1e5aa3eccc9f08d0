"""Reads for the queue, the agent's own list, the customer's list and the wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
)

from app.audit.models import AuditEntry
from app.conversations.access import sees_all
from app.conversations.models import Conversation, Inbox, Verification
from app.core import clock, db
from app.core.actor import Actor
from app.customers.models import Customer
from app.identity.models import Staff
from app.tickets import hours
from app.tickets.models import (
    OPEN_STATUSES,
    SOLVED_STATUSES,
    Offer,
    Priority,
    Status,
    Ticket,
    TicketTag,
    Topic,
)
from app.tickets.models.ticket import RANK

_RECENT = timedelta(hours=1)
_ENOUGH = 3

_RANKS = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}
# As it stands in the indexes of the queue.
rank: ColumnElement[int] = literal_column(RANK)
# Written out, so that the plan knows the part of the table that the indexes of the queue hold.
waits = text("ticket.status = 'new' AND ticket.snoozed_until IS NULL")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A ticket as lists show it. `learnt` is what the bot found out; the conversation's fields
    are None for a ticket without one; `unread` counts messages its owner has not seen. While it is
    held out to somebody, `offered_to` and `offered_until` say to whom and how long."""

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
    last_message_at: datetime | None
    unread: int
    offered_to: UUID | None
    offered_name: str | None
    offered_until: datetime | None


def queue(
    actor: Actor, *, among: ColumnElement[bool] | None = None, limit: int = 150
) -> list[QueueRow]:
    """What waits for somebody like this actor, most pressing first, then oldest. One statement.

    What came by the inbox of a team waits for that team; whoever is in none, or monitors or
    assigns, sees it too. That says who is to take it, not who may. `among` some of them, what is
    offered to her is always there. Raises Forbidden without tickets.read.
    """
    actor.must("tickets.read")
    codes: list[str | None] = [*sorted(actor.markets)] or [None]
    first = union_all(*(_first_of(code, actor, among, limit) for code in codes)).subquery()
    chosen = select(first.c.id).order_by(first.c.rank, first.c.created_at).limit(limit)
    query = _rows().where(Ticket.id.in_(chosen))
    return _listed(query.order_by(rank, Ticket.created_at).limit(limit))


def _first_of(
    market_code: str | None, actor: Actor, among: ColumnElement[bool] | None, limit: int
) -> Any:
    """Each market's most pressing ones come straight from its index, in their order."""
    query = select(Ticket.id, rank.label("rank"), Ticket.created_at).where(waits)
    query = query.order_by(rank, Ticket.created_at).limit(limit)
    if market_code is not None:
        query = query.where(Ticket.market_code == market_code)
    if not sees_all(actor):
        query = query.where(_is_for_team_of(actor))
    if among is not None:
        query = query.where(or_(among, _is_offered_to(actor)))
    return query.subquery().select()


def _is_offered_to(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        Offer.ticket_id == Ticket.id, Offer.answer.is_(None), Offer.staff_id == actor.id
    )


def _is_for_team_of(actor: Actor) -> ColumnElement[bool]:
    """Unless both are in a team, and not the same. Looked up ticket by ticket: a join would make
    the planner sort all that waits, where the first few in the order of the index are enough."""
    own = select(Staff.team_id).where(Staff.id == actor.id).scalar_subquery()
    return func.coalesce(queue_team() == own, True)


def queue_team() -> ColumnElement[UUID | None]:
    """Whose queue a ticket is in: of the team that it was sent to, else of its inbox's; none is
    everybody's."""
    of_inbox = (
        select(Inbox.team_id)
        .join(Conversation, Conversation.inbox_id == Inbox.id)
        .where(Conversation.id == Ticket.conversation_id)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return func.coalesce(Ticket.team_id, of_inbox)


def mine(actor: Actor, *, limit: int = 150) -> list[QueueRow]:
    """What this agent works on, the one with the latest word first. One statement."""
    actor.must("tickets.read")
    query = _rows().where(
        Ticket.assignee_id == actor.id,
        Ticket.status.in_([Status.OPEN, Status.PENDING]),
        Ticket.snoozed_until.is_(None),
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


def ticket_of_dispute(customer_id: UUID, dispute_id: UUID) -> Ticket | None:
    query = select(Ticket).where(
        Ticket.customer_id == customer_id, Ticket.context["dispute_id"].astext == str(dispute_id)
    )
    return db.session.scalar(query)


def tags_of(ticket_id: UUID) -> list[str]:
    query = select(TicketTag.tag).where(TicketTag.ticket_id == ticket_id)
    return list(db.session.scalars(query.order_by(TicketTag.tag)))


def open_refund_ticket(customer_id: UUID, about: str) -> Ticket | None:
    """Where she has asked for the same money before (a payment's id, or why), undecided yet."""
    return open_ticket_about(customer_id, "refund_of", about)


def by_reference(text: str) -> Ticket | None:
    """However it is typed; who may see it is another question."""
    return db.session.scalar(select(Ticket).where(Ticket.reference == text.strip().upper()[:40]))


def open_ticket_about(customer_id: UUID, what: str, value: str) -> Ticket | None:
    """Her open ticket whose context says this of itself."""
    query = select(Ticket).where(
        Ticket.customer_id == customer_id,
        Ticket.context[what].astext == value,
        Ticket.status.in_(OPEN_STATUSES),
    )
    return db.session.scalar(query.order_by(Ticket.created_at.desc()).limit(1))


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


def last_done_of(conversation_id: UUID, *, lock: bool = False) -> Ticket | None:
    """Resolved or closed, and not part of another one."""
    query = (
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation_id,
            Ticket.status.in_(SOLVED_STATUSES),
            Ticket.merged_into_id.is_(None),
        )
        .order_by(Ticket.resolved_at.desc())
        .limit(1)
    )
    return db.session.scalar(_maybe_locked(query, lock))


def position(ticket: Ticket) -> int | None:
    """Its place in the queue of its market and team, 1 is next; None when it does not wait."""
    if ticket.status is not Status.NEW or ticket.snoozed_until is not None:
        return None
    ownrank = _RANKS[ticket.priority]
    before = or_(rank < ownrank, and_(rank == ownrank, Ticket.created_at < ticket.created_at))
    same_queue = queue_team().is_not_distinct_from(team_of(ticket))
    query = select(func.count()).where(
        Ticket.market_code == ticket.market_code, waits, before, same_queue
    )
    return (db.session.scalar(query) or 0) + 1


def team_of(ticket: Ticket) -> UUID | None:
    """In whose queue it is; None is everybody's."""
    return db.session.scalar(select(queue_team()).where(Ticket.id == ticket.id))


@dataclass(frozen=True, slots=True)
class InLine:
    """`team_id` is whose queue it is, None is everybody's."""

    conversation_id: UUID
    place: int
    team_id: UUID | None


def places_in_line(market_code: str, *, limit: int = 500) -> list[InLine]:
    """The conversations in widgets that wait in a market's queues, with their places. One
    statement; the place is the one that `position` tells."""
    in_line = func.row_number().over(partition_by=queue_team(), order_by=(rank, Ticket.created_at))
    place = in_line.label("place")
    line = (
        select(Ticket.conversation_id, place, queue_team().label("team_id"))
        .where(Ticket.market_code == market_code, waits)
        .subquery()
    )
    query = (
        select(line.c.conversation_id, line.c.place, line.c.team_id)
        .join(Conversation, Conversation.id == line.c.conversation_id)
        .where(Conversation.channel == "webchat")
        .order_by(line.c.place)
        .limit(limit)
    )
    return [InLine(*row) for row in db.session.execute(query)]


def expected_wait(market_code: str, ticket: Ticket | None = None) -> timedelta | None:
    """Until its team opens, where that is closed and nobody else takes it; else `usual_wait`."""
    team_id = team_of(ticket) if ticket is not None else None
    opens_at = hours.openings(market_code, [team_id]).get(team_id)
    return opens_at - clock.now() if opens_at else usual_wait(market_code, team_id)


def usual_wait(market_code: str, team_id: UUID | None = None) -> timedelta | None:
    """The median wait of those accepted in the last hour, of a team's queue where one is given and
    enough were; None when they are too few to say."""
    of_team = None if team_id is None else _median_wait(market_code, queue_team() == team_id)
    return of_team or _median_wait(market_code, true())


def _median_wait(market_code: str, among: ColumnElement[bool]) -> timedelta | None:
    """Without those that somebody else had before: they did not wait until they were passed on."""
    had_before = exists().where(
        AuditEntry.object_kind == "ticket",
        AuditEntry.object_id == cast(Ticket.id, Text),
        AuditEntry.action == "ticket.transferred",
        AuditEntry.changes["to"][0].astext.is_not(None),
    )
    waited = func.extract("epoch", Ticket.accepted_at - Ticket.created_at)
    query = select(func.count(), func.percentile_cont(0.5).within_group(waited)).where(
        Ticket.market_code == market_code,
        Ticket.accepted_at > clock.now() - _RECENT,
        Ticket.created_at > clock.now() - 2 * _RECENT,
        among,
        ~had_before,
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
            Conversation.last_message_at,
            func.coalesce(Conversation.last_seq - Conversation.staff_read_seq, 0),
            Offer.staff_id,
            Staff.name,
            Offer.expires_at,
        )
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Offer, and_(Offer.ticket_id == Ticket.id, Offer.answer.is_(None)))
        .outerjoin(Staff, Staff.id == Offer.staff_id)
    )


def _listed(query: Select[Any]) -> list[QueueRow]:
    return [QueueRow(*row) for row in db.session.execute(query)]


def _maybe_locked(query: Select[Ticket], lock: bool) -> Select[Ticket]:
    if not lock:
        return query
    return query.with_for_update().execution_options(populate_existing=True)
