"""What prepared replies are filled in with for one conversation."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.filling import filled
from app.conversations.models import Conversation, Verification
from app.core import db
from app.core.secrets import masked
from app.markets import queries as markets
from app.subscriptions.models import Line
from app.tickets import queries as tickets
from app.tickets.models import Ticket


def filled_for(body: str, conversation_id: UUID, ticket_id: UUID | None, *, agent: str) -> str:
    if "{" not in body:
        return body
    return filled(body, values_for(conversation_id, ticket_id, agent=agent))


def values_for(conversation_id: UUID, ticket_id: UUID | None, *, agent: str) -> dict[str, str]:
    """Every variable that is known. To whoever has not shown who she is no number is told."""
    talk = db.session.get_one(Conversation, conversation_id)
    values = {"agent.name": agent, "market.name": markets.market(talk.market_code).name}
    ticket = _ticket(conversation_id, ticket_id)
    if ticket is not None:
        values |= {"ticket.reference": ticket.reference, "ticket.subject": ticket.subject}
    customer = talk.customer
    name = customer.name if customer else talk.visitor_name
    first = customer.first_name if customer else " ".join(talk.visitor_name.split()[:1])
    values |= {"customer.name": name, "customer.first_name": first}
    if customer is None or talk.verification is Verification.NONE:
        return values
    return values | {"customer.reference": customer.reference, "line.number": _line(customer.id)}


def _line(customer_id: UUID) -> str:
    query = select(Line.number).where(Line.customer_id == customer_id, Line.closed_at.is_(None))
    number = db.session.scalar(query.order_by(Line.created_at, Line.id).limit(1))
    return masked(number) if number else ""


def _ticket(conversation_id: UUID, ticket_id: UUID | None) -> Ticket | None:
    if ticket_id is not None:
        return db.session.scalar(select(Ticket).where(Ticket.id == ticket_id))
    return tickets.of_conversation(conversation_id)
