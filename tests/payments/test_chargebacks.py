"""The customer's bank takes a payment back: the bill is open again, in its currency and amount."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from app.billing.events import InvoiceReopened
from app.billing.models import InvoiceStatus
from app.billing.service.invoices import pay_from_credit
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.core.money import Money
from app.payments import service
from app.payments.errors import CallbackRefused, NotResolvable, RefundTooLarge
from app.payments.events import ChargebackLost, ChargebackOpened, ChargebackWon
from app.payments.models import CallResult, Chargeback, ChargebackStatus, GatewayCall, PaymentStatus
from app.usage.queries import balance_of
from app.usage.service import debit
from tests.billing.committed import at_once, count, only, waiting
from tests.factories.actors import agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import call

pytestmark = pytest.mark.usefixtures("nobody")
BILL = staff("billing_administrator")


def chargeback(payment, state="opened", *, amount="299.00", number="cb_1", **more):
    return call(
        payment,
        kind="succeeded",
        event_id=f"evt_{number}_{state}",
        type=f"chargeback.{state}",
        chargeback={"id": number, "amount": amount, "reason": "fraudulent"},
        **more,
    )


@pytest.fixture
def paid(database):
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)
    service.receive_callback(*call(payment))
    return payment, invoice


def test_the_bill_is_open_again_by_what_was_taken(paid):
    payment, invoice = paid

    with heard(ChargebackOpened, InvoiceReopened) as said:
        for _ in range(3):
            service.receive_callback(*chargeback(payment, amount="100.00"))

    assert (invoice.status, invoice.due) == (InvoiceStatus.OPEN, Money.of("100.00", "MXN"))
    assert [type(event) for event in said] == [InvoiceReopened, ChargebackOpened]
    found = only(Chargeback)
    assert (found.covered, found.status) == (Decimal("100.00"), ChargebackStatus.OPENED)


@pytest.mark.parametrize(
    ("decision", "event", "due"),
    [("won", ChargebackWon, "0"), ("lost", ChargebackLost, "299.00")],
)
def test_what_the_bank_decides_is_final(paid, decision, event, due):
    payment, invoice = paid
    service.receive_callback(*chargeback(payment))

    with heard(event) as said:
        service.receive_callback(*chargeback(payment, decision))
        other = {"won": "lost", "lost": "won"}[decision]
        service.receive_callback(*chargeback(payment, other))

    assert (len(said), invoice.due.amount) == (1, Decimal(due))
    assert only(Chargeback).status.value == decision


@pytest.mark.parametrize("order", list(itertools.permutations(["paid", "opened", "lost"])))
def test_in_any_order_the_end_is_the_same(database, order):
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)

    for kind in order:
        told = call(payment) if kind == "paid" else chargeback(payment, kind)
        service.receive_callback(*told)

    assert payment.status is PaymentStatus.SUCCEEDED
    assert invoice.due == Money.of("299.00", "MXN")
    assert only(Chargeback).status is ChargebackStatus.LOST


@pytest.mark.parametrize(
    "wrong", [{"amount": "299.01"}, {"amount": "0"}, {"amount": "100.00", "currency": "USD"}]
)
def test_an_amount_that_cannot_be_is_kept_and_refused(paid, wrong):
    payment, invoice = paid
    amount = wrong.pop("amount")

    with pytest.raises(CallbackRefused):
        service.receive_callback(*chargeback(payment, amount=amount, **wrong))

    assert (invoice.status, count(Chargeback)) == (InvoiceStatus.PAID, 0)
    assert count(GatewayCall, GatewayCall.result == CallResult.WRONG_AMOUNT) == 1


def test_what_is_charged_back_is_not_refunded_too(paid):
    payment, _ = paid
    service.receive_callback(*chargeback(payment, amount="200.00"))

    with pytest.raises(RefundTooLarge):
        service.refund(payment.id, by=BILL, amount=Money.of("99.01", "MXN"))
    service.refund(payment.id, by=BILL, amount=Money.of("99.00", "MXN"))


def test_what_was_refunded_before_is_our_loss_and_not_the_customer_s(paid):
    payment, invoice = paid
    service.refund(payment.id, by=BILL, amount=Money.of("200.00", "MXN"))

    service.receive_callback(*chargeback(payment))

    assert only(Chargeback).covered == Decimal("99.00")
    assert invoice.due == Money.of("299.00", "MXN")


def test_what_its_surplus_paid_elsewhere_is_our_loss_and_the_bill_is_open_again(database):
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice, amount=Decimal("400.00"))
    service.receive_callback(*call(payment))
    other = InvoiceFactory(account=invoice.account, period_start=date(2026, 3, 1))
    with db.transaction():
        pay_from_credit(other, Money.of("101.00", "MXN"))

    service.receive_callback(*chargeback(payment, amount="400.00"))

    assert (invoice.status, invoice.due) == (InvoiceStatus.OPEN, Money.of("299.00", "MXN"))
    assert (other.paid, only(Chargeback).covered) == (Decimal("101.00"), Decimal("299.00"))


def test_of_a_top_up_what_is_left_on_the_balance_is_taken(database):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(
        invoice=None, account_id=line.account_id, invoice_id=None, line_id=line.id
    )
    service.receive_callback(*call(payment))
    debit(line.id, Money.of("199.00", "MXN"), by=SYSTEM, effect_key="x", reason="usage:data")

    service.receive_callback(*chargeback(payment))
    assert (balance_of(line.id).amount, only(Chargeback).covered) == (0, Decimal("100.00"))

    service.receive_callback(*chargeback(payment, "won"))
    assert balance_of(line.id).amount == Decimal("100.00")


def test_credit_that_is_being_spent_is_not_taken_back(committing):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(
        invoice=None, account_id=line.account_id, invoice_id=None, line_id=line.id
    )
    service.receive_callback(*call(payment))

    with db.transaction():
        debit(line.id, Money.of("299.00", "MXN"), by=SYSTEM, effect_key="x", reason="usage:data")
        told = waiting(lambda: service.receive_callback(*chargeback(payment)))

    assert told.result() is None
    assert only(Chargeback).covered == 0


def test_evidence_is_noted_until_it_is_decided(paid):
    payment, _ = paid
    service.receive_callback(*chargeback(payment))
    found = only(Chargeback)

    with pytest.raises(Forbidden):
        service.represent(found.id, by=agent(), evidence="Signed contract")
    with pytest.raises(Invalid):
        service.represent(found.id, by=BILL, evidence=" ")
    service.represent(found.id, by=BILL, evidence="Signed contract")
    assert found.status is ChargebackStatus.REPRESENTED

    service.receive_callback(*chargeback(payment, "lost"))
    with pytest.raises(NotResolvable):
        service.represent(found.id, by=BILL, evidence="More")


def test_a_hundred_copies_at_once_take_it_back_once(committing):
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)
    events = [call(payment), chargeback(payment), chargeback(payment, "won")]

    results = at_once(100, lambda number: service.receive_callback(*events[number % 3]))

    assert results == [None] * 100
    assert only(Chargeback).status is ChargebackStatus.WON
    assert only(type(invoice)).due.amount == 0
