"""What has just this name: a ticket, an invoice, a customer, a number, a SIM, an address."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.billing.models import Invoice
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of
from app.customers.models import Account, Customer
from app.customers.residency import within_reach
from app.search.asked import Found, Thing
from app.search.wording import Typed
from app.subscriptions.models import Line, Sim
from app.tickets.models import Ticket

_MOST = 3


def finds(actor: Actor, words: Typed) -> list[Found]:
    """Within the actor's markets and rights; a merged ticket leads to the one it is part of."""
    if not actor.is_staff:
        return []
    found: list[Found] = []
    if words.reference and actor.may("tickets.read"):
        found += _tickets(actor, words.reference)
    if words.reference and actor.may("billing.read"):
        found += _invoices(actor, words.reference)
    if actor.may("customers.read"):
        found += _customers(actor, words)
        found += _lines(actor, words)
    return found


def _tickets(actor: Actor, reference: str) -> Iterator[Found]:
    survivor = aliased(Ticket)
    query = select(Ticket, survivor).join(
        survivor, survivor.id == Ticket.merged_into_id, isouter=True
    )
    query = query.where(Ticket.reference == reference, in_markets_of(actor, Ticket.market_code))
    for named, into in db.session.execute(query):
        ticket = into or named
        if actor.sees_market(ticket.market_code):
            yield Found(
                Thing.TICKET,
                ticket.id,
                ticket.subject,
                detail=ticket.reference,
                market=ticket.market_code,
                status=ticket.status.value,
                at=ticket.created_at,
                is_exact=True,
            )


def _invoices(actor: Actor, number: str) -> Iterator[Found]:
    query = (
        select(Invoice, Customer.name)
        .join(Account, Account.id == Invoice.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(
            Invoice.number == number,
            in_markets_of(actor, Invoice.market_code),
            within_reach(actor),
        )
    )
    for invoice, name in db.session.execute(query):
        yield Found(
            Thing.INVOICE,
            invoice.id,
            invoice.number,
            detail=name,
            market=invoice.market_code,
            at=invoice.issued_at,
            is_exact=True,
        )


def _customers(actor: Actor, words: Typed) -> Iterator[Found]:
    named = [func.lower(Customer.email) == words.email] if words.email else []
    named += [Customer.reference == words.reference] if words.reference else []
    if not named:
        return
    query = select(Customer).where(or_(*named), within_reach(actor))
    for each in db.session.scalars(query.limit(_MOST)):
        yield Found(
            Thing.CUSTOMER,
            each.id,
            each.name,
            detail=each.reference,
            market=each.market_code,
            is_exact=True,
        )


def _lines(actor: Actor, words: Typed) -> Iterator[Found]:
    """By the whole number, with or without the country's, or by the card in the telephone."""
    if not words.digits:
        return
    is_hers = func.reverse(Line.number).startswith(words.digits[::-1])
    query = select(Line).where(Line.closed_at.is_(None), is_hers)
    if words.iccid:
        query = select(Line).join(Sim, Sim.line_id == Line.id).where(Sim.iccid == words.iccid)
    query = query.join(Customer, Customer.id == Line.customer_id)
    query = query.where(in_markets_of(actor, Line.market_code), within_reach(actor))
    for line in db.session.scalars(query.order_by(Line.number).limit(_MOST)):
        yield Found(
            Thing.LINE,
            line.customer_id,
            line.number,
            detail=line.market_code,
            market=line.market_code,
            is_exact=True,
        )
