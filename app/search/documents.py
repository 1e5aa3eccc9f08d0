"""What the engine is told of each thing: its words, and what a search may be narrowed to."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true, union

from app.conversations.models import Conversation, Message, MessageKind
from app.core import db
from app.customers.models import Customer
from app.markets.models import Market
from app.search.models import VERSIONS
from app.search.port import Document, Kind
from app.tickets.models import Comment, Ticket

SAID = (MessageKind.TEXT, MessageKind.NOTE)

Keys = Mapping[Kind, Collection[UUID]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Things as they are, or no longer are. Who read later has a higher `version`."""

    version: int
    documents: list[Document]
    gone: set[UUID]


def read(keys: Keys, regions: frozenset[str]) -> Reading:
    """What is not to be held counts as gone. The version is drawn before anything is read."""
    version = db.session.execute(select(func.nextval(VERSIONS.name))).scalar_one()
    documents = [
        *_tickets(keys.get(Kind.TICKET, ()), regions),
        *_messages(keys.get(Kind.MESSAGE, ()), regions),
        *_customers(keys.get(Kind.CUSTOMER, ()), regions),
    ]
    asked = {key for several in keys.values() for key in several}
    return Reading(version, documents, asked - {each.key for each in documents})


def behind(kinds: Mapping[str, Collection[UUID]]) -> dict[Kind, set[UUID]]:
    """Changed things, by what was noted of them, and all that says something of these."""
    talks, people = list(kinds.get("conversation", ())), list(kinds.get("customer", ()))
    tickets, messages = set(kinds.get("ticket", ())), set(kinds.get("message", ()))
    if talks or people:
        tickets |= set(db.session.scalars(tickets_of(talks, people)))
        messages |= set(db.session.scalars(messages_of(talks, people)))
    return {Kind.TICKET: tickets, Kind.MESSAGE: messages, Kind.CUSTOMER: set(people)}


def tickets_of(talks: Any, people: Any) -> Any:
    return union(
        select(Ticket.id).where(Ticket.conversation_id.in_(talks)),
        select(Ticket.id).where(Ticket.customer_id.in_(people)),
    )


def messages_of(talks: Any, people: Any) -> Any:
    hers = select(Conversation.id).where(Conversation.customer_id.in_(people))
    return select(Message.id).where(
        or_(Message.conversation_id.in_(talks), Message.conversation_id.in_(hers))
    )


def may_hold(market: Any, regions: frozenset[str]) -> ColumnElement[bool]:
    """As the region of the market and that of the person, where one is known, allow."""
    if not regions:
        return true()
    here = select(Market.code).where(Market.region.in_(sorted(regions)))
    return and_(market.in_(here), or_(Customer.id.is_(None), Customer.region.in_(sorted(regions))))


def _tickets(keys: Collection[UUID], regions: frozenset[str]) -> list[Document]:
    if not keys:
        return []
    said: dict[UUID, list[str]] = defaultdict(list)
    comments = select(Comment.ticket_id, Comment.body).where(Comment.ticket_id.in_(keys))
    for ticket_id, body in db.session.execute(comments):
        said[ticket_id].append(body)
    return [
        Document(
            row.id,
            Kind.TICKET,
            (
                f"{row.subject} {row.summary} {row.resolution}",
                *said[row.id],
                *filter(None, [row.name]),
            ),
            row.language,
            row.created_at,
            _facts(market=row.market_code, status=row.status, channel=row.channel, of=row),
        )
        for row in db.session.execute(_of_tickets(keys, regions))
    ]


def _of_tickets(keys: Collection[UUID], regions: frozenset[str]) -> Any:
    return (
        select(
            Ticket.id,
            Ticket.subject,
            Ticket.summary,
            Ticket.resolution,
            Ticket.market_code,
            Ticket.language,
            Ticket.status,
            Ticket.created_at,
            Customer.name,
            Conversation.channel,
        )
        .join(Customer, Customer.id == Ticket.customer_id, isouter=True)
        .join(Conversation, Conversation.id == Ticket.conversation_id, isouter=True)
        .where(
            Ticket.id.in_(keys),
            Ticket.merged_into_id.is_(None),
            may_hold(Ticket.market_code, regions),
        )
    )


def _messages(keys: Collection[UUID], regions: frozenset[str]) -> list[Document]:
    if not keys:
        return []
    query = (
        select(
            Message.id,
            Message.body,
            Message.at,
            Conversation.market_code,
            Conversation.language,
            Conversation.channel,
            Conversation.status,
            Conversation.assignee_id,
            Conversation.customer_id,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id, isouter=True)
        .where(
            Message.id.in_(keys),
            Message.kind.in_(SAID),
            Message.body != "",
            may_hold(Conversation.market_code, regions),
        )
    )
    return [
        Document(
            row.id,
            Kind.MESSAGE,
            (row.body,),
            row.language,
            row.at,
            _facts(
                market=row.market_code,
                status=row.status,
                channel=row.channel,
                assignee=row.assignee_id,
                customer=row.customer_id,
                of=row,
            ),
        )
        for row in db.session.execute(query)
    ]


def _customers(keys: Collection[UUID], regions: frozenset[str]) -> list[Document]:
    if not keys:
        return []
    query = select(Customer).where(Customer.id.in_(keys), may_hold(Customer.market_code, regions))
    return [
        Document(
            each.id,
            Kind.CUSTOMER,
            (each.name,),
            each.language,
            each.created_at,
            _facts(market=each.market_code, of=each),
        )
        for each in db.session.scalars(query)
    ]


def _facts(*, of: Any, **known: Any) -> dict[str, str]:
    return {name: str(value) for name, value in known.items() if value} | {"language": of.language}
