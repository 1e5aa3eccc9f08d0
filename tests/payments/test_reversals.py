"""Payments that a person decides about, and money that comes after our own reversal."""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.billing.models import AccountCredit, InvoiceStatus
from app.core import clock
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.core.money import Money
from app.payments import queries, search, service
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.errors import NotRefundable, NotResolvable, TransactionKnown
from app.payments.events import PaymentReversed, PaymentSucceeded
from app.payments.models import (
    CallResult,
    GatewayCall,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    UnallocatedCash,
)
from app.payments.service import cash
from app.subscriptions import service as lines
from tests.billing.committed import count, only
from tests.factories.actors import agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import NOBODY, adapter, call
from tests.payments.test_checkouts import press, start

pytestmark = pytest.mark.usefixtures("database")
BILL = staff("billing_administrator")


def unknown(**more):
    return PaymentFactory(status=PaymentStatus.UNKNOWN, check_at=None, **more)


def test_a_person_finds_it_at_the_gateway_and_it_counts(nobody):
    invoice = InvoiceFactory()
    payment = unknown(invoice=invoice)

    service.found_at_gateway(payment.id, by=BILL, transaction_id="txn_9", why="Seen there")

    assert (payment.status, invoice.status) == (PaymentStatus.SUCCEEDED, InvoiceStatus.PAID)
    service.receive_callback(*call(payment))
    assert invoice.paid == Decimal("299.00")
    with pytest.raises(NotResolvable):
        service.not_found(payment.id, by=BILL, why="Changed my mind")


def test_what_a_person_finds_for_a_line_that_has_gone_goes_back(nobody):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = unknown(account_id=line.account_id, invoice_id=None, line_id=line.id)
    lines.close_line(line.id, by=SYSTEM, reason="request")

    with heard(PaymentReversed, PaymentSucceeded) as said:
        service.found_at_gateway(payment.id, by=BILL, transaction_id="txn_9", why="Seen there")

    assert [type(event) for event in said] == [PaymentReversed]
    assert only(Refund).money == payment.money


def test_one_transaction_is_the_money_of_one_payment(nobody):
    first, second = unknown(), unknown()
    service.found_at_gateway(first.id, by=BILL, transaction_id="txn_9", why="Seen there")

    with pytest.raises(TransactionKnown):
        service.found_at_gateway(second.id, by=BILL, transaction_id="txn_9", why="Seen there")

    assert second.status is PaymentStatus.UNKNOWN
    other = unknown(provider="stripe")  # which counts for itself
    service.found_at_gateway(other.id, by=BILL, transaction_id="txn_9", why="Seen there")


def test_what_the_gateway_never_told_us_of_is_given_back_by_its_transaction(database, plugged):
    asked = []

    class Listening(SandboxGateway):
        def refund(self, *, key, checkout_id, amount):
            asked.append(checkout_id)
            return "ref_1"

    plugged(adapter(NOBODY, kind=Listening))
    payment = unknown(provider_reference=None)
    service.found_at_gateway(payment.id, by=BILL, transaction_id="txn_9", why="Seen there")

    refund = service.refund(payment.id, by=staff("manager"), amount=payment.money)

    assert (asked, refund.status) == (["txn_9"], RefundStatus.SUCCEEDED)


def test_a_success_after_our_own_reversal_is_a_refund_and_no_second_credit(gateway):
    invoice = InvoiceFactory()
    payment = start(invoice)
    service.not_found(payment.id, by=BILL, why="Nothing there")
    service.record_payment(invoice.id, by=SYSTEM, method={}, transaction_id="bank", at=clock.now())
    press(gateway, payment, "approve")

    with heard(PaymentSucceeded, PaymentReversed) as said:
        for number in range(100):
            service.receive_callback(*call(payment, event_id=f"evt_{number % 7}"))
    service.reconcile_due()

    assert [type(event) for event in said] == [PaymentReversed]
    refund = only(Refund)
    assert (refund.amount, refund.status) == (Decimal("299.00"), RefundStatus.SUCCEEDED)
    assert payment.status is PaymentStatus.REFUNDED
    assert (invoice.paid, count(AccountCredit)) == (Decimal("299.00"), 0)
    assert count(GatewayCall, GatewayCall.result == CallResult.SENT_BACK) == 1


def test_money_that_cannot_be_sent_back_waits_as_unallocated(gateway):
    payment = start(InvoiceFactory())
    service.not_found(payment.id, by=BILL, why="Nothing there")

    service.receive_callback(*call(payment))  # the gateway itself knows of no success
    service.reconcile_due()

    assert only(Refund).status is RefundStatus.REFUSED
    kept = only(UnallocatedCash)
    assert kept.left == payment.money
    cash.allocate(kept.id, payment.invoice_id, payment.money, by=BILL)
    assert kept.left.amount == 0


@pytest.mark.parametrize("by", [agent(), staff("manager"), staff("auditor")])
def test_who_may_not_decide(nobody, by):
    with pytest.raises(Forbidden):
        service.not_found(unknown().id, by=by, why="x")


def test_a_reason_is_wanted(nobody):
    with pytest.raises(Invalid):
        service.not_found(unknown().id, by=BILL, why="  ")


def test_a_refund_by_transfer_waits_for_whoever_sends_it(nobody):
    invoice = InvoiceFactory()
    payment = service.record_payment(
        invoice.id, by=SYSTEM, method={}, transaction_id="bank", at=clock.now()
    )
    with pytest.raises(NotRefundable):
        service.refund(payment.id, by=BILL, amount=payment.money)

    refund = service.refund(
        payment.id, by=BILL, amount=payment.money, reason="Closed", goes_to=RefundTo.BANK
    )
    service.reconcile_due()
    assert refund.status is RefundStatus.REQUESTED
    assert [each.kind for each in search.matters(BILL)] == ["transfer"]

    for _ in range(2):
        service.note_transfer(refund.id, by=BILL, transaction_id="SPEI-7")
    assert (refund.status, refund.provider_reference) == (RefundStatus.SUCCEEDED, "SPEI-7")
    assert search.matters(BILL) == []


def test_a_transfer_that_will_not_be_sent_is_put_back(nobody):
    invoice = InvoiceFactory()
    payment = service.record_payment(
        invoice.id, by=SYSTEM, method={}, transaction_id="bank", at=clock.now()
    )
    refund = service.refund(payment.id, by=BILL, amount=payment.money, goes_to=RefundTo.BANK)

    service.note_transfer(refund.id, by=BILL, transaction_id=None)

    assert (refund.status, invoice.status) == (RefundStatus.REFUSED, InvoiceStatus.PAID)
    assert queries.left_of(payment) == Money.of("299.00", "MXN")


def test_what_waits_longest_comes_first_and_only_of_one_s_markets(nobody):
    newer = unknown()
    older = unknown(created_at=clock.now() - timedelta(hours=5))
    PaymentFactory()  # still being asked

    assert [each.payment.id for each in search.matters(BILL)] == [older.id, newer.id]
    assert [each.payment.id for each in search.matters(BILL, limit=1)] == [older.id]
    assert search.matters(staff("billing_administrator", markets=["BR"])) == []
