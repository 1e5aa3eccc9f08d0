"""What may be chosen above the list of tickets, and to whom a ticket may be passed on."""

from typing import Any

from sqlalchemy import select

from app.conversations.models import AgentState, Availability
from app.core import db
from app.core.actor import Actor
from app.identity.models import Staff
from app.markets import queries as markets
from app.tickets import casework, setup, views
from app.tickets.listing import SORTS
from app.tickets.models import Ticket, TicketType


def choices_for(actor: Actor) -> dict[str, Any]:
    """What may be chosen above the list."""
    codes = [each.code for each in markets.markets_of(actor)]
    return {
        "categories": setup.tree(market_codes=codes),
        "own_statuses": setup.statuses(),
        "types": list(TicketType),
        "sorts": SORTS,
        "colleagues": _takers(codes),
        "news": casework.news_for(actor),
        "views": views.shown_to(actor),
    }


def takers(actor: Actor) -> list[Staff]:
    """Who may have tickets of some of this actor's markets, at work or not, by name."""
    return _takers([each.code for each in markets.markets_of(actor)])


def _takers(codes: list[str]) -> list[Staff]:
    query = select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    return [each for each in db.session.scalars(query) if _takes_some_of(codes, each)]


def _takes_some_of(codes: list[str], person: Staff) -> bool:
    shares = not person.markets or bool(set(codes) & set(person.markets))
    return shares and "tickets.accept" in person.permissions


def colleagues_for(ticket: Ticket) -> list[Staff]:
    """Who is at work, may take tickets and belongs to the market, by name; not its owner."""
    query = (
        select(Staff)
        .join(AgentState, AgentState.staff_id == Staff.id)
        .where(AgentState.availability == Availability.AVAILABLE, Staff.disabled_at.is_(None))
        .order_by(Staff.name)
    )
    return [
        person
        for person in db.session.scalars(query)
        if person.id != ticket.assignee_id
        and (not person.markets or ticket.market_code in person.markets)
        and "tickets.accept" in person.permissions
    ]
