"""The last step of dunning: the lines are disconnected for good, unless somebody pays in time."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.billing import queries, service
from app.billing.events import LineLeft
from app.billing.models import Invoice, InvoiceStatus
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions.events import LineClosed, NumberReleased
from app.subscriptions.models import Disconnection, Leaving, LineStatus, OrderStatus
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

pytestmark = pytest.mark.usefixtures("wired")


def mxn(amount):
    return Money.of(amount, "MXN")


@pytest.fixture
def line():
    return line_with_plan(
        OfferVersionFactory(price=Decimal("300.00")), activated_at=noon(2026, 2, 10)
    )


@pytest.fixture
def bill(line):
    return unpaid(line)


def unpaid(line, **more):
    return InvoiceFactory(account=line.account, due_on=date(2026, 3, 1), **more)


def dun(day=date(2026, 4, 30)):
    """Sixty days late, when a bill was due on March 1."""
    with on(day.year, day.month, day.day):
        service.apply_dunning("MX", day, by=SYSTEM)


def carry_out(month, day):
    with on(2026, month, day):
        return service.carry_out_disconnections(by=SYSTEM)


def order_of(line):
    query = select(Disconnection).where(Disconnection.line_id == line.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def pay(invoice):
    with on(2026, 5, 3):
        service.settle(invoice.id, invoice.due, by=SYSTEM, payment_id=uuid4())


def test_the_line_is_cut_off_at_once_and_leaves_after_the_days_of_a_closure(line, bill):
    dun()

    order = order_of(line)
    assert (order.reason, order.due_at) == (Leaving.DUNNING, noon(2026, 5, 7, 0))
    assert carry_out(5, 6) == 0
    with heard(LineClosed, NumberReleased, LineLeft) as said:
        assert carry_out(5, 7) == 1

    assert [type(each) for each in said] == [LineClosed, NumberReleased, LineLeft]
    assert (line.status, line.closed_reason) == (LineStatus.CLOSED, "dunning")
    query = select(Invoice).where(Invoice.account_id == line.account_id, Invoice.id != bill.id)
    bills = db.session.scalars(query).all()
    assert max(each.period_end for each in bills) == date(2026, 5, 8)
    assert bill.status is InvoiceStatus.OPEN
    assert queries.dues_of(line.account_id).amount == said[2].dues, "it stays as debt"


def test_who_pays_in_time_keeps_the_line(line, bill):
    dun()

    pay(bill)

    assert (order_of(line).status, order_of(line).cancelled_why) == (OrderStatus.CANCELLED, "paid")
    assert carry_out(5, 8) == 0
    assert [each for each in line.blocks if each.lifted_at is None] == []


def test_with_two_bills_unpaid_both_must_be_paid(line, bill):
    second = unpaid(line, period_start=date(2026, 1, 1), period_end=date(2026, 2, 1))
    dun()

    pay(bill)
    assert order_of(line).status is OrderStatus.PENDING
    pay(second)

    assert order_of(line).status is OrderStatus.CANCELLED


def test_a_dispute_of_all_of_it_keeps_the_line_until_it_is_decided(line, bill):
    dun()

    with on(2026, 5, 3):
        service.hold(bill.id, bill.due, "dispute:1", by=SYSTEM)

    assert order_of(line).status is OrderStatus.CANCELLED


def test_what_the_customer_ordered_herself_stands_whether_she_pays_or_not(line, bill):
    with on(2026, 4, 29):
        service.disconnect_line(line.id, "request", by=administrator())
    dun()

    pay(bill)

    assert (order_of(line).reason, order_of(line).status) == (
        Leaving.REQUEST,
        OrderStatus.PENDING,
    )


def test_dunning_again_orders_nothing_twice(line, bill):
    dun()
    dun()
    dun(date(2026, 5, 2))

    assert order_of(line).due_at == noon(2026, 5, 7, 0)
