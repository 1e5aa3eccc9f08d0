import re
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import service as billing
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.payments import queries, service
from app.payments.access import payment_for
from app.payments.errors import (
    AmountOutOfBounds,
    GatewayUnavailable,
    KeyUsedDifferently,
    NothingToPay,
    NotPrepaid,
)
from app.payments.models import Payment, PaymentStatus
from app.subscriptions.errors import LineDisconnected, LinePorted
from app.subscriptions.service import close_line
from tests.demo_world.forms import submit
from tests.factories.actors import agent, customer, staff, visitor
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import NOBODY, LosesAnswers, adapter

pytestmark = pytest.mark.usefixtures("database")


def owner_of(invoice):
    return customer(invoice.account.customer_id)


def start(invoice, *, key="click-1", by=None, **more):
    return service.start_checkout(
        by=by or owner_of(invoice),
        invoice_id=invoice.id,
        language="es",
        idempotency_key=key,
        **more,
    )


def press(gateway, payment, outcome):
    page = f"/gateway/pay/{payment.provider_reference}"
    with gateway.visitor() as visitor:
        submit(visitor, page, page, outcome=outcome)


def payments():
    return db.session.scalars(select(Payment)).all()


def test_a_bill_s_checkout_is_opened_for_what_is_due(gateway):
    invoice = InvoiceFactory(paid=Decimal("99.00"))

    payment = start(invoice)

    known = gateway.api().get(f"/gateway/v1/checkouts/{payment.provider_reference}").json()
    assert (known["amount"], known["currency"], known["reference"]) == (
        "200.00",
        "MXN",
        str(payment.id),
    )
    assert payment.status is PaymentStatus.PENDING
    assert payment.hosted_url.endswith(f"/gateway/pay/{payment.provider_reference}")
    assert payment.asked["description"].endswith(invoice.number)


def test_the_same_key_is_the_same_payment(gateway):
    line = line_with_plan(OfferVersionFactory(prepaid=True))

    def top_up(amount, key):
        return service.start_checkout(
            by=customer(line.customer_id),
            line_id=line.id,
            amount=Money.of(amount, "MXN"),
            language="es",
            idempotency_key=key,
        ).id

    assert top_up("50.00", "a") == top_up("50.00", "a")
    assert top_up("50.00", "b") != top_up("50.00", "a")
    with pytest.raises(KeyUsedDifferently):
        top_up("60.00", "a")


def test_the_same_key_is_the_same_payment_also_when_it_has_paid_the_bill(gateway):
    invoice = InvoiceFactory()
    first = start(invoice)
    press(gateway, first, "approve")
    service.check(first.id)

    again = start(invoice)

    assert (again.id, again.status) == (first.id, PaymentStatus.SUCCEEDED)
    with pytest.raises(KeyUsedDifferently):
        start(invoice, amount=Money.of("298.99", "MXN"))
    with pytest.raises(NothingToPay):
        start(invoice, key="another")


def test_an_open_payment_of_the_same_bill_is_used_again(gateway):
    invoice = InvoiceFactory()

    first, second = start(invoice, key="one"), start(invoice, key="two", by=agent())

    assert first.id == second.id


def test_a_part_of_a_bill_can_be_paid(gateway):
    invoice = InvoiceFactory()

    payment = start(invoice, amount=Money.of("100.00", "MXN"))

    assert payment.amount == Decimal("100.00")


@pytest.mark.parametrize("amount", ["0", "0.004", "-1", "299.01", "1e99", "NaN", "Infinity"])
def test_nothing_negative_nothing_and_not_more_than_is_due(nobody, amount):
    with pytest.raises(AmountOutOfBounds):
        start(InvoiceFactory(), amount=Money.of(amount, "MXN"))


def test_a_paid_bill_has_nothing_to_pay(nobody):
    invoice = InvoiceFactory()
    billing.settle(invoice.id, invoice.due, by=SYSTEM, payment_id=invoice.id)

    with pytest.raises(NothingToPay):
        start(invoice)


def test_a_postpaid_line_is_not_topped_up(nobody):
    line = line_with_plan()

    with pytest.raises(NotPrepaid):
        service.start_checkout(
            by=customer(line.customer_id),
            line_id=line.id,
            amount=Money.of(10, "MXN"),
            language="es",
            idempotency_key="k",
        )


@pytest.mark.parametrize(
    ("reason", "refusal"), [("ported_out", LinePorted), ("request", LineDisconnected)]
)
def test_a_line_that_has_left_is_not_topped_up(nobody, reason, refusal):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    close_line(line.id, by=SYSTEM, reason=reason)

    with pytest.raises(refusal):
        service.start_checkout(
            by=customer(line.customer_id),
            line_id=line.id,
            amount=Money.of(10, "MXN"),
            language="es",
            idempotency_key="k",
        )

    assert payments() == []


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_has_a_length(nobody, key):
    with pytest.raises(Invalid):
        start(InvoiceFactory(), key=key)


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (customer(), NotFound),
        (visitor(), NotFound),
        (agent(markets=["BR"]), NotFound),
        (staff("auditor"), Forbidden),
    ],
)
def test_who_may_not_pay_a_bill(nobody, by, refusal):
    with pytest.raises(refusal):
        start(InvoiceFactory(), by=by)

    assert payments() == []


def test_a_payment_is_seen_by_its_customer_and_by_staff_of_its_market():
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)

    assert payment_for(owner_of(invoice), payment.id) is payment
    for stranger in (customer(), agent(markets=["IN"])):
        with pytest.raises(NotFound):
            payment_for(stranger, payment.id)


def test_a_silent_gateway_leaves_the_payment_unknown_and_it_is_never_charged_anew(plugged, world):
    invoice = InvoiceFactory()
    plugged(adapter(world.url, kind=LosesAnswers))
    lost = start(invoice, key="one")
    assert (lost.status, lost.hosted_url) == (PaymentStatus.UNKNOWN, None)

    again = start(invoice, key="two", amount=Money.of("10.00", "MXN"))
    plugged(adapter(world.url))
    found = start(invoice, key="three")

    assert {lost.id, again.id, found.id} == {lost.id}
    assert (found.status, len(payments())) == (PaymentStatus.PENDING, 1)
    assert len(opened_at(world)) == 1


def opened_at(world):
    with world.visitor() as visitor:
        page = visitor.get("/gateway/").text
    return set(re.findall(r"chk_[0-9a-f]{24}", page))


def test_a_gateway_that_does_not_want_our_order_closes_the_payment(plugged, world):
    plugged(adapter(world.url, callback_url="not an address"))

    with pytest.raises(GatewayUnavailable):
        start(InvoiceFactory())

    [payment] = payments()
    assert payment.status is PaymentStatus.DECLINED


def later(minutes, payment):
    return clock.moved_to(payment.created_at + timedelta(minutes=minutes))


def test_a_payment_nobody_told_us_about_is_found_by_reading_back(gateway):
    invoice = InvoiceFactory()
    payment = start(invoice)
    press(gateway, payment, "approve")
    assert service.reconcile_due() == 0

    with later(1, payment):
        assert service.reconcile_due() == 1

    assert (payment.status, invoice.due.amount) == (PaymentStatus.SUCCEEDED, 0)


def test_a_payment_whose_order_was_not_answered_is_found_by_reading_back(plugged, world):
    plugged(adapter(world.url, kind=LosesAnswers))
    payment = start(InvoiceFactory())
    plugged(adapter(world.url))

    with later(1, payment):
        service.reconcile_due()
    press(world, payment, "decline")
    with later(5, payment):
        service.reconcile_due()

    assert payment.status is PaymentStatus.DECLINED
    assert len(opened_at(world)) == 1


def test_a_hung_payment_is_unknown_until_it_comes_to_light(gateway):
    payment = start(InvoiceFactory())
    press(gateway, payment, "hang")

    service.check(payment.id)
    assert payment.status is PaymentStatus.UNKNOWN
    time.sleep(0.35)
    service.check(payment.id)

    assert payment.status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize("by_hand", [0, 6])
def test_what_stays_unknown_for_two_hours_waits_for_a_person(gateway, plugged, by_hand):
    """However often somebody asks in between."""
    payment = start(InvoiceFactory())
    plugged(adapter(NOBODY))
    for _ in range(by_hand):
        service.check(payment.id)

    read_at = []
    for minute in range(200):
        with later(minute, payment):
            if service.reconcile_due():
                read_at.append(minute)

    assert read_at == [1, 5, 15, 45, 120]
    assert [each.id for each in queries.for_people()] == [payment.id]
