from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.models import InvoiceStatus
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.core.money import Money
from app.ledger import service as ledger
from app.payments import queries, search, service
from app.payments.errors import KeyUsedDifferently, NotRefundable, RefundTooLarge
from app.payments.events import PaymentRefunded
from app.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from app.payments.service import cash
from app.subscriptions import service as lines
from app.usage.errors import InsufficientBalance
from app.usage.queries import balance_of
from app.usage.service import debit
from tests.factories.actors import agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import NOBODY, adapter, call
from tests.payments.test_checkouts import press, start

pytestmark = pytest.mark.usefixtures("database")
MANAGER, BILL = staff("manager"), staff("billing_administrator")


def pesos(amount):
    return Money.of(amount, "MXN")


@pytest.fixture
def paid(gateway):
    """A payment that the gateway took, and its bill."""
    invoice = InvoiceFactory()
    payment = start(invoice)
    press(gateway, payment, "approve")
    service.check(payment.id)
    return payment, invoice


def test_a_part_given_back_is_due_again(paid):
    payment, invoice = paid

    with heard(PaymentRefunded) as said:
        refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))

    assert refund.status is RefundStatus.SUCCEEDED
    assert (payment.status, invoice.status) == (PaymentStatus.SUCCEEDED, InvoiceStatus.OPEN)
    assert invoice.due == pesos("100.00")
    assert [event.amount for event in said] == [Decimal("100.00")]


def test_all_given_back_closes_the_payment_and_a_late_success_is_no_second_credit(paid):
    payment, invoice = paid
    service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))

    service.receive_callback(*call(payment))

    assert payment.status is PaymentStatus.REFUNDED
    assert invoice.due == pesos("299.00")


def test_never_more_than_was_paid(paid):
    payment, _ = paid
    service.refund(payment.id, by=MANAGER, amount=pesos("200.00"))

    with pytest.raises(RefundTooLarge):
        service.refund(payment.id, by=MANAGER, amount=pesos("99.01"))


def test_a_refund_the_gateway_did_not_hear_is_sent_again_and_paid_once(paid, gateway, plugged):
    payment, invoice = paid
    plugged(adapter(NOBODY))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    assert refund.status is RefundStatus.REQUESTED

    plugged(adapter(gateway.url))
    service.reconcile_due()
    service.reconcile_due()

    assert (refund.status, payment.status) == (RefundStatus.SUCCEEDED, PaymentStatus.REFUNDED)
    assert invoice.due == pesos("299.00")


def test_a_refund_through_a_gateway_that_is_plugged_out_waits_and_no_other_does(gateway):
    """Where it went through, nobody is there to be asked."""
    for provider in ("sandbox", "gone"):
        payment = PaymentFactory(provider=provider, status=PaymentStatus.SUCCEEDED)
        db.session.add(
            Refund(
                payment_id=payment.id,
                amount=payment.amount,
                currency="MXN",
                status=RefundStatus.REQUESTED,
                created_at=clock.now() - timedelta(days=provider == "gone"),
            )
        )
    db.session.commit()

    service.reconcile_due()

    refunds = db.session.execute(select(Payment.provider, Refund.status).join(Refund))
    assert dict(refunds.all()) == {
        "sandbox": RefundStatus.REFUSED,  # it knows of no such payment
        "gone": RefundStatus.REQUESTED,
    }


def test_a_refund_the_gateway_refuses_is_put_back(gateway):
    invoice = InvoiceFactory()
    payment = start(invoice)
    service.receive_callback(*call(payment))  # the gateway itself knows of no success

    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))

    assert refund.status is RefundStatus.REFUSED
    assert (payment.status, invoice.status) == (PaymentStatus.SUCCEEDED, InvoiceStatus.PAID)


def test_what_is_refused_when_its_line_has_gone_waits_for_a_person_and_the_books_say_so(
    gateway, plugged
):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    service.receive_callback(*call(payment))  # the gateway itself knows of no success
    plugged(adapter(NOBODY))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))
    lines.close_line(line.id, by=SYSTEM, reason="request")
    plugged(adapter(gateway.url))

    service.reconcile_due()

    assert refund.status is RefundStatus.REFUSED
    assert balance_of(line.id).amount == Decimal("199.00")
    (waits,) = search.unallocated(BILL)
    assert (waits.left, waits.reference) == (pesos("100.00"), line.account.reference)
    assert ledger.prove().differences == 0
    cash.ask_return(waits.id, pesos("100.00"), by=BILL, reason="To her bank account")
    assert ledger.prove().differences == 0


def test_a_top_up_is_given_back_from_the_balance_while_it_is_there(nobody):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    service.receive_callback(*call(payment))
    debit(line.id, pesos("100.00"), by=SYSTEM, effect_key="spent", reason="spent")

    with pytest.raises(InsufficientBalance):
        service.refund(payment.id, by=MANAGER, amount=pesos("200.00"))
    service.refund(payment.id, by=MANAGER, amount=pesos("199.00"))

    assert balance_of(line.id).amount == 0


@pytest.mark.parametrize("by", [agent(), staff("auditor")])
def test_who_may_not_refund(paid, by):
    with pytest.raises(Forbidden):
        service.refund(paid[0].id, by=by, amount=pesos("1.00"))


def test_what_was_not_paid_is_not_refunded(nobody):
    with pytest.raises(NotRefundable):
        service.refund(PaymentFactory().id, by=MANAGER, amount=pesos("1.00"))


def transfer(invoice, number="SPEI-1", by=MANAGER, **more):
    return service.record_payment(
        invoice.id,
        by=by,
        method={"kind": "bank_transfer"},
        transaction_id=number,
        at=datetime(2026, 3, 5, tzinfo=UTC),
        **more,
    )


def test_a_transfer_pays_the_bill_once():
    invoice = InvoiceFactory()

    assert transfer(invoice).id == transfer(invoice).id

    assert (invoice.status, invoice.paid) == (InvoiceStatus.PAID, Decimal("299.00"))
    assert len(queries.payments_of(invoice.account.customer_id)) == 1


def test_one_transfer_does_not_pay_two_bills():
    transfer(InvoiceFactory())

    with pytest.raises(KeyUsedDifferently):
        transfer(InvoiceFactory())


def test_nobody_books_a_transfer_for_herself():
    invoice = InvoiceFactory()

    with pytest.raises(Forbidden):
        transfer(invoice, by=customer(invoice.account.customer_id))
