"""How a ticket comes to be."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, select

from app.audit import service as audit
from app.catalog.models import Service
from app.conversations import access as conversations
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation
from app.conversations.models import Status as ConversationStatus
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import Invalid, NotFound
from app.core.references import next_number, reference
from app.customers.models import Customer
from app.markets import queries as markets
from app.markets.models import Market
from app.subscriptions.models import Line
from app.tickets import field_values, setup, triage
from app.tickets.events import TicketOpened, TicketTransferred
from app.tickets.field_values import Given
from app.tickets.models import (
    Level,
    LinkKind,
    Priority,
    Required,
    Status,
    Ticket,
    TicketType,
    Topic,
)
from app.tickets.priorities import priority_of
from app.tickets.service import classifying, docket, relating, timing

_LONGEST_SUBJECT = 200


def open(  # noqa: A001 - a ticket is opened
    *,
    by: Actor,
    subject: str,
    topic: Topic,
    type_: TicketType | None = None,
    category_id: UUID | None = None,
    priority: Priority | None = None,
    impact: Level | None = None,
    urgency: Level | None = None,
    fields: Mapping[str, Given] | None = None,
    customer_id: UUID | None = None,
    conversation_id: UUID | None = None,
    market_code: str | None = None,
    language: str | None = None,
    summary: str = "",
    context: Mapping[str, Any] | None = None,
) -> Ticket:
    """A new promise to a customer, or within a conversation (which then says whose it is), or about
    something that is nobody's alone (then the market is named).

    It waits in the queue, unless the one who opens it owns the conversation. Its priority is the
    one given, else what impact and urgency give, else normal. Staff and machines, who know the
    operator's fields, get FieldsMissing without those that opening needs.
    """
    by.must("tickets.open")
    with db.transaction():
        talk = _conversation(by, conversation_id)
        customer = _customer(by, talk.customer_id if talk else customer_id)
        market = _market(by, talk, customer, market_code)
        kind = type_ or triage.type_of(topic)
        ticket = Ticket(
            reference=_next_reference(market.code),
            market_code=market.code,
            customer_id=customer.id if customer else None,
            conversation_id=conversation_id,
            type=kind,
            category_id=_category_id(market.code, category_id),
            subject=_subject(subject),
            topic=topic,
            service=_service(customer.id if customer else None, context or {}),
            priority=priority or _priority(impact, urgency),
            impact=impact,
            urgency=urgency,
            language=language or (talk.language if talk else _language(customer, market)),
            context=dict(context or {}),
            fields=_answers(by, kind, fields or {}),
            summary=summary,
        )
        _begin(ticket, _owner_id(by, talk))
        _add(ticket, by)
    return ticket


def follow_up(old: Ticket, *, by: Actor) -> Ticket:
    """A new ticket in the place of one that is closed for good; in the caller's transaction."""
    ticket = another_of(old, old.subject)
    ticket.conversation_id = old.conversation_id
    ticket.priority = old.priority
    ticket.fields = dict(old.fields)
    _add(ticket, by)
    relating.mark_linked(ticket, old, LinkKind.FOLLOWS, by=by)
    return ticket


def split_off(old: Ticket, subject: str, *, by: Actor) -> Ticket:
    """A new ticket for what is another matter; in the caller's transaction."""
    ticket = another_of(old, _subject(subject))
    _add(ticket, by)
    relating.mark_linked(ticket, old, LinkKind.SPLIT, by=by)
    return ticket


def another_of(old: Ticket, subject: str) -> Ticket:
    """For the same customer and of the same kind, waiting in the queue from now on."""
    ticket = Ticket(
        reference=_next_reference(old.market_code),
        market_code=old.market_code,
        customer_id=old.customer_id,
        type=old.type,
        category_id=old.category_id,
        subject=subject,
        topic=old.topic,
        service=old.service,
        priority=Priority.NORMAL,
        language=old.language,
        context={key: old.context[key] for key in ("line", "line_id") if key in old.context},
        fields={},
        summary=old.summary,
    )
    _begin(ticket, None)
    return ticket


def requeue(ticket: Ticket, *, by: Actor, summary: str, context: Mapping[str, Any]) -> Ticket:
    """An open ticket whose conversation asks for a person again goes back to the queue."""
    with db.transaction():
        before = ticket.assignee_id
        ticket.status, ticket.snoozed_until = Status.NEW, None
        ticket.assignee_id = None
        ticket.accepted_at = None
        ticket.summary = summary
        ticket.context = dict(context)
        ticket.service = _service(ticket.customer_id, context) or ticket.service
        timing.follow(ticket, awaited=True)
        audit.record(by, "ticket.requeued", "ticket", ticket.id)
        events.announce(
            TicketTransferred(
                ticket.id,
                ticket.conversation_id,
                ticket.customer_id,
                ticket.market_code,
                before,
                None,
                "",
                clock.now(),
            )
        )
    return ticket


def _add(ticket: Ticket, by: Actor) -> None:
    db.session.add(ticket)
    db.session.flush()  # its clocks name it, and listeners may look it up
    promises = timing.begin(ticket, answers=ticket.assignee_id is not None)
    audit.record(by, "ticket.opened", "ticket", ticket.id, reference=ticket.reference)
    docket.send_where_asked(ticket, promises)
    events.announce(_opened(ticket))


def _category_id(market_code: str, category_id: UUID | None) -> UUID | None:
    return None if category_id is None else setup.category_for(market_code, category_id).id


def _priority(impact: Level | None, urgency: Level | None) -> Priority:
    if impact is None or urgency is None:
        return Priority.NORMAL
    return priority_of(impact, urgency, setup.matrix())


def _service(customer_id: UUID | None, context: Mapping[str, Any]) -> Service | None:
    """Of the line that it is about, where that is told; else that which all her lines have."""
    if customer_id is None:
        return None
    query = select(Line.service).where(Line.customer_id == customer_id).distinct().limit(2)
    if line_id := context.get("line_id"):
        query = query.where(cast(Line.id, Text) == str(line_id))
    else:
        query = query.where(Line.closed_at.is_(None))
    found = db.session.scalars(query).all()
    return found[0] if len(found) == 1 else None


def _answers(by: Actor, kind: TicketType, given: Mapping[str, Given]) -> dict[str, Any]:
    knows_fields = by.kind in {Kind.STAFF, Kind.CLIENT}
    if not given and not knows_fields:
        return {}
    fields = setup.fields_of(kind)
    answers = classifying.read_answers(fields, given)
    if knows_fields:
        field_values.must_be_filled(fields, answers, Required.OPENING)
    return {key: value for key, value in answers.items() if value is not None}


def _begin(ticket: Ticket, owner_id: UUID | None) -> None:
    """With its owner, or in the queue; by when is told by its clocks."""
    moment = clock.now()
    ticket.created_at = ticket.respond_by = ticket.resolve_by = moment
    ticket.status = Status.OPEN if owner_id else Status.NEW
    ticket.assignee_id, ticket.accepted_at = owner_id, moment if owner_id else None


def _opened(ticket: Ticket) -> TicketOpened:
    return TicketOpened(
        ticket.id,
        ticket.conversation_id,
        ticket.customer_id,
        ticket.market_code,
        ticket.topic.value,
        ticket.priority.value,
        ticket.language,
        ticket.created_at,
    )


def _conversation(by: Actor, conversation_id: UUID | None) -> Conversation | None:
    if conversation_id is None:
        return None
    return conversations.conversation_for(by, conversation_id, "tickets.open", lock=True)


def _customer(by: Actor, customer_id: UUID | None) -> Customer | None:
    if customer_id is None:
        return None
    customer = db.session.get(Customer, customer_id)
    if customer is None or not by.sees_market(customer.market_code):
        raise NotFound
    return customer


def _market(
    by: Actor, talk: Conversation | None, customer: Customer | None, code: str | None
) -> Market:
    if talk is not None:
        return markets.market(talk.market_code)
    if customer is not None:
        return markets.market(customer.market_code)
    if code is None:
        raise Invalid(field="customer_id")
    market = markets.market(code)
    if not by.sees_market(market.code):
        raise NotFound
    return market


def _owner_id(by: Actor, talk: Conversation | None) -> UUID | None:
    owns = talk is not None and talk.status is ConversationStatus.OPEN
    return by.id if owns and talk is not None and talk.assignee_id == by.id else None


def _subject(subject: str) -> str:
    return cleaned(subject)[:_LONGEST_SUBJECT]


def _language(customer: Customer | None, market: Market) -> str:
    return customer.language if customer else market.language


def _next_reference(market_code: str) -> str:
    """TT-2026-000123; the year is the market's."""
    year = clock.today(markets.market(market_code).timezone).year
    return reference(f"TT-{year}", next_number(f"ticket:{year}"))
