"""Looking at tickets and talks as rules do: one statement, however many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, false, func, select, true
from sqlalchemy.orm import aliased

from app.automation.facts import Facts, Value
from app.conversations.models import Author, Conversation, Inbox, Message, MessageKind
from app.core import clock, db
from app.customers.models import Customer
from app.identity.models import Team
from app.markets import queries as markets
from app.markets.calendars import holidays_of
from app.messaging.hours import is_open
from app.tickets.models import Status, Ticket, TicketTag


def at_tickets(ticket_ids: Sequence[UUID]) -> list[Facts]:
    """In the order of the ids; those that are not there are left out."""
    query = (
        _columns()
        .select_from(Ticket)
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
    )
    found = {each.ticket_id: each for each in _read(query.where(Ticket.id.in_(ticket_ids)))}
    return [found[each] for each in ticket_ids if each in found]


def at_talk(conversation_id: UUID) -> Facts | None:
    """A conversation that has no ticket now."""
    query = (
        _columns()
        .select_from(Conversation)
        .outerjoin(Ticket, and_(Ticket.conversation_id == Conversation.id, false()))
    )
    return next(iter(_read(query.where(Conversation.id == conversation_id))), None)


_last = aliased(Message)
_said = (
    select(_last.seq, _last.body, _last.at)
    .where(
        _last.conversation_id == Conversation.id,
        _last.author == Author.CUSTOMER,
        _last.kind == MessageKind.TEXT,
    )
    .order_by(_last.seq.desc())
    .limit(1)
    .lateral("said")
)
_is_answered = exists().where(
    Message.conversation_id == Conversation.id,
    Message.seq > _said.c.seq,
    Message.author.in_([Author.AGENT, Author.BOT]),
    Message.kind == MessageKind.TEXT,
)
_tags = (
    select(func.array_agg(TicketTag.tag)).where(TicketTag.ticket_id == Ticket.id).scalar_subquery()
)


def _columns() -> Select[Any]:
    return select(
        Ticket,
        Conversation,
        Customer,
        Inbox,
        Team.name.label("team"),
        _tags.label("tags"),
        _said.c.body.label("body"),
        _said.c.at.label("said_at"),
        _is_answered.label("is_answered"),
    )


def _read(query: Select[Any]) -> list[Facts]:
    customer = func.coalesce(Ticket.customer_id, Conversation.customer_id)
    query = (
        query.outerjoin(Customer, Customer.id == customer)
        .outerjoin(Inbox, Inbox.id == Conversation.inbox_id)
        .outerjoin(Team, Team.id == Inbox.team_id)
        .outerjoin(_said, true())
        .execution_options(populate_existing=True)
    )
    db.session.flush()
    return [_facts(row) for row in db.session.execute(query)]


def _facts(row: Any) -> Facts:
    ticket, talk = row.Ticket, row.Conversation
    return Facts(
        ticket.id if ticket else None,
        talk.id if talk else None,
        (ticket or talk).market_code,
        ticket.reference if ticket else "",
        {**_of_ticket(ticket, row.tags), **_of_talk(talk, row), **_of_both(row)},
    )


def _of_ticket(ticket: Ticket | None, tags: list[str] | None) -> dict[str, Value]:
    if ticket is None:
        return {}
    return {
        "topic": ticket.topic.value,
        "priority": ticket.priority.value,
        "status": ticket.status.value,
        "type": ticket.type.value,
        "sleeps": ticket.snoozed_until is not None,
        "subject": ticket.subject,
        "summary": ticket.summary,
        "tags": frozenset(tags or ()),
        "reopened": ticket.reopened,
        "age_minutes": _minutes_since(ticket.created_at),
    }


def _of_talk(talk: Conversation | None, row: Any) -> dict[str, Value]:
    if talk is None:
        return {}
    zone = markets.market(row.Inbox.market_code).timezone
    holidays = holidays_of(row.Inbox.market_code)
    return {
        "channel": talk.channel,
        "inbox": row.Inbox.name,
        "team": row.team,
        "message": row.body,
        "rating": talk.rating,
        "in_hours": is_open(row.Inbox.hours, clock.now(), zone, holidays),
    }


def _of_both(row: Any) -> dict[str, Value]:
    ticket, talk, customer = row.Ticket, row.Conversation, row.Customer
    return {
        "market": (ticket or talk).market_code,
        "language": (ticket or talk).language,
        "has_owner": (ticket or talk).assignee_id is not None,
        "is_known": customer is not None,
        "segment": customer.segment if customer else None,
        "tenure_days": (clock.now() - customer.created_at).days if customer else None,
        "waiting_minutes": _waiting(row),
    }


def _waiting(row: Any) -> int | None:
    """Since her last word without an answer; without any since the ticket came into the queue."""
    if row.said_at is not None:
        return None if row.is_answered else _minutes_since(row.said_at)
    if row.Ticket is not None and row.Ticket.status is Status.NEW:
        return _minutes_since(row.Ticket.created_at)
    return None


def _minutes_since(moment: datetime) -> int:
    return max(0, (clock.now() - moment) // timedelta(minutes=1))
