"""How a ticket comes to be."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.audit import service as audit
from app.conversations import access as conversations
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation
from app.conversations.models import Status as ConversationStatus
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.references import next_number, reference
from app.customers.models import Customer
from app.markets import queries as markets
from app.tickets import sla
from app.tickets.events import TicketOpened, TicketTransferred
from app.tickets.models import Priority, Status, Ticket, Topic

_LONGEST_SUBJECT = 200


def open(  # noqa: A001 - a ticket is opened
    *,
    by: Actor,
    subject: str,
    topic: Topic,
    priority: Priority = Priority.NORMAL,
    customer_id: UUID | None = None,
    conversation_id: UUID | None = None,
    language: str | None = None,
    summary: str = "",
    context: Mapping[str, Any] | None = None,
) -> Ticket:
    """A new promise to a customer, or within a conversation (which then says whose it is).

    It waits in the queue, unless the one who opens it owns the conversation.
    """
    by.must("tickets.open")
    with db.transaction():
        talk = _conversation(by, conversation_id)
        customer = _customer(by, talk.customer_id if talk else customer_id)
        market_code = _market_code(talk, customer)
        ticket = Ticket(
            reference=_next_reference(market_code),
            market_code=market_code,
            customer_id=customer.id if customer else None,
            conversation_id=conversation_id,
            subject=_subject(subject),
            topic=topic,
            priority=priority,
            language=language or (talk.language if talk else _language(customer)),
            context=dict(context or {}),
            summary=summary,
        )
        _begin(ticket, _owner_id(by, talk))
        db.session.add(ticket)
        db.session.flush()  # listeners may look it up
        audit.record(by, "ticket.opened", "ticket", ticket.id, reference=ticket.reference)
        events.announce(_opened(ticket))
    return ticket


def requeue(ticket: Ticket, *, by: Actor, summary: str, context: Mapping[str, Any]) -> Ticket:
    """An open ticket whose conversation asks for a person again goes back to the queue."""
    with db.transaction():
        before = ticket.assignee_id
        ticket.status = Status.NEW
        ticket.assignee_id = None
        ticket.accepted_at = None
        ticket.summary = summary
        ticket.context = dict(context)
        ticket.respond_by = sla.promise(ticket.priority, clock.now()).respond_by
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


def _begin(ticket: Ticket, owner_id: UUID | None) -> None:
    """From now on its clocks run; with its owner, or in the queue."""
    moment = clock.now()
    promise = sla.promise(ticket.priority, moment)
    ticket.created_at = moment
    ticket.respond_by, ticket.resolve_by = promise.respond_by, promise.resolve_by
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


def _market_code(talk: Conversation | None, customer: Customer | None) -> str:
    if talk is not None:
        return talk.market_code
    if customer is None:
        raise Invalid(field="customer_id")
    return customer.market_code


def _owner_id(by: Actor, talk: Conversation | None) -> UUID | None:
    owns = talk is not None and talk.status is ConversationStatus.OPEN
    return by.id if owns and talk is not None and talk.assignee_id == by.id else None


def _subject(subject: str) -> str:
    return cleaned(subject)[:_LONGEST_SUBJECT]


def _language(customer: Customer | None) -> str:
    return customer.language if customer else "en"


def _next_reference(market_code: str) -> str:
    """TT-2026-000123; the year is the market's."""
    year = clock.today(markets.market(market_code).timezone).year
    return reference(f"TT-{year}", next_number(f"ticket:{year}"))
