"""Disconnecting a line for good: final charges, what is owed, and the line is closed.

The network and the inventory of numbers hear of it by LineClosed and NumberReleased.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import queries
from app.billing.events import LineLeft
from app.billing.leaving import closes_on
from app.billing.periods import period_containing
from app.billing.policies import policies_of
from app.billing.recurring import NewCharge, end_credit, start_charge
from app.billing.service import charges, final
from app.billing.service.blocks import PAID, is_dunned_off
from app.billing.service.terms import term_of
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.money import total
from app.core.sweeps import one_by_one
from app.customers import mourning
from app.markets.models import Market
from app.markets.queries import all_markets
from app.markets.queries import market as market_of
from app.subscriptions import access as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.errors import BackDated, NotPending, ProofNeeded
from app.subscriptions.models import (
    Disconnection,
    Leaving,
    Line,
    LineStatus,
    OrderStatus,
)
from app.subscriptions.service.leaving import locked
from app.usage.models import Balance


def disconnect_line(
    line_id: UUID,
    reason: Leaving | str,
    *,
    by: Actor,
    on: date | None = None,
    permission: str = "subscriptions.cancel",
    proof: str | None = None,
) -> Disconnection:
    """Order it for a day of the market; without one for the last that the rules allow.

    Raises BackDated for a day that is over or too far ahead, and what order_disconnection does.
    """
    line = lines.line_for(by, line_id, permission)
    market = market_of(line.market_code)
    day = closes_on(clock.today(market.timezone), on, market.policies_at(clock.now()).closure_days)
    if day is None:
        raise BackDated
    due_at = clock.midnight(day, market.timezone)
    return subscriptions.order_disconnection(
        line.id, reason, due_at, by=by, permission=permission, proof=proof
    )


def close_deceased(customer_id: UUID, *, by: Actor, proof: str) -> list[Disconnection]:
    """She has died: every line of hers leaves, and nobody is reminded of bills any more."""
    if not proof.strip():
        raise ProofNeeded
    with db.transaction():
        mourning.note_death(customer_id, by=by, proof=proof)
        query = select(Line.id).where(
            Line.customer_id == customer_id, Line.status != LineStatus.CLOSED
        )
        return [
            disconnect_line(
                line_id, Leaving.DEATH, by=by, permission="customers.close_deceased", proof=proof
            )
            for line_id in db.session.scalars(query.order_by(Line.id)).all()
        ]


def revive(customer_id: UUID, *, by: Actor, why: str) -> None:
    """It was a mistake: what was not carried out yet is taken back."""
    with db.transaction():
        mourning.undo_death(customer_id, by=by, why=why)
        query = (
            select(Disconnection.id)
            .join(Line)
            .where(
                Line.customer_id == customer_id,
                Disconnection.reason == Leaving.DEATH,
                Disconnection.status == OrderStatus.PENDING,
            )
        )
        for order_id in db.session.scalars(query.order_by(Line.id)).all():
            subscriptions.take_back(order_id, by=by, why=why, permission="customers.close_deceased")


def sweep_inactive(*, by: Actor) -> int:
    """Order the end of prepaid lines whose plan expired too long ago; how many."""
    return one_by_one(partial(_sweep, by=by), [each.code for each in all_markets()])


def carry_out_disconnections(*, by: Actor, limit: int = 500) -> int:
    """Carry out every order whose time has come; how many."""
    query = select(Disconnection.id).where(
        Disconnection.status == OrderStatus.PENDING, Disconnection.due_at <= clock.now()
    )
    due = db.session.scalars(query.order_by(Disconnection.due_at).limit(limit)).all()
    return one_by_one(partial(carry_out_disconnection, by=by), due)


def carry_out_disconnection(order_id: UUID, *, by: Actor) -> bool:
    """All of its steps or none; False when it is not due, was taken back, or has been done.

    Whoever used an inactive line again in the meantime keeps it, and so does who paid. With the
    account's last line goes its final bill.
    """
    with db.transaction():
        account_id = db.session.scalar(
            select(Line.account_id).join(Disconnection).where(Disconnection.id == order_id)
        )
        if account_id is None:
            return False
        final.take_turn(account_id)
        try:
            order = locked(order_id)
        except NotPending:
            return False
        if order.status is not OrderStatus.PENDING or order.due_at > clock.now():
            return False
        line = order.line
        market = market_of(line.market_code)
        if order.reason is Leaving.INACTIVE and not _is_inactive(line, market):
            subscriptions.take_back(order.id, by=by, why="used again")
            return False
        if order.reason is Leaving.DUNNING and not is_dunned_off(line.account_id):
            subscriptions.take_back(order.id, by=by, why=PAID)
            return False
        _disconnect(order, line, market, by)
    return True


def _disconnect(order: Disconnection, line: Line, market: Market, by: Actor) -> None:
    subscriptions.close_line(line.id, by=SYSTEM, reason=order.reason.value)
    last = list(final_charges(line, market))
    charges.write((line.account_id, each) for each in last)
    invoice = final.bill_at_once(line.account_id, market, by=by)
    disputed = queries.disputed_of(line.account_id)
    dues = queries.dues_of(line.account_id) - disputed
    moment = clock.now()
    credit = total((each.amount for each in last), dues.currency)
    contested = {"disputed": str(disputed.amount)} if disputed else {}
    billed = {"invoice": invoice.number} if invoice else {}
    order.steps = [
        _step("final_bill", charges=str(credit.amount), currency=credit.currency, **billed),
        _step("dues_checked", dues=str(dues.amount), currency=dues.currency, **contested),
        _step("network_told"),
        _step("number_released", number=line.number),
        _step("disconnected", reason=order.reason.value),
    ]
    order.status, order.ended_at = OrderStatus.DONE, moment
    audit.record(by, "line.disconnected", "line", line.id, reason=order.reason, dues=dues)
    events.announce(
        LineLeft(
            order.id,
            line.id,
            line.account_id,
            line.customer_id,
            order.reason.value,
            dues.amount,
            dues.currency,
            moment,
        )
    )


def final_charges(line: Line, market: Market) -> Iterator[NewCharge]:
    """What the last bill says of this line, known now; the billing run finds it written."""
    if line.mode is Mode.PREPAID:
        return
    policies, today = policies_of(market), clock.today(market.timezone)
    period = period_containing(today, line.account.billing_day)
    for each in line.subscriptions:
        term = term_of(each, line, market.timezone)
        if term.starts_on in period:
            yield start_charge(term, period, policies)
        if term.ends_on is not None and term.ends_on == today and not term.once:
            yield end_credit(term, term.ends_on, period, policies)


def _step(name: str, **facts: str) -> dict[str, Any]:
    return {"step": name, "at": clock.now().isoformat(), **facts}


def _sweep(market_code: str, by: Actor) -> int:
    market = market_of(market_code)
    idle = clock.now() - timedelta(days=market.policies_at(clock.now()).inactive_days)
    waiting = select(Disconnection.line_id).where(Disconnection.status == OrderStatus.PENDING)
    query = (
        select(Line.id)
        .join(Balance, Balance.line_id == Line.id)
        .where(
            Line.market_code == market.code,
            Line.status == LineStatus.ACTIVE,
            Balance.paid_until < idle,
            Line.id.not_in(waiting),
        )
        .order_by(Line.id)
        .limit(1000)
    )
    return one_by_one(partial(_order_end, by=by), db.session.scalars(query).all())


def _order_end(line_id: UUID, by: Actor) -> bool:
    disconnect_line(line_id, Leaving.INACTIVE, by=by)
    return True


def _is_inactive(line: Line, market: Market) -> bool:
    balance = db.session.get(Balance, line.id, populate_existing=True)
    idle = clock.now() - timedelta(days=market.policies_at(clock.now()).inactive_days)
    return balance is not None and balance.paid_until is not None and balance.paid_until < idle
