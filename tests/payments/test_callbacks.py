import itertools
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.billing.events import InvoicePaid
from app.billing.models import InvoiceStatus
from app.core import clock, db
from app.core.actor import SYSTEM
from app.payments import service
from app.payments.errors import BadCallback, CallbackRefused
from app.payments.events import PaymentDeclined, PaymentReversed, PaymentSucceeded
from app.payments.models import (
    CallResult,
    GatewayCall,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from app.subscriptions import service as lines
from app.usage.queries import balance_of
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import call

pytestmark = pytest.mark.usefixtures("database", "nobody")


def calls():
    return db.session.scalars(select(GatewayCall).execution_options(populate_existing=True)).all()


def test_a_success_pays_the_bill_and_says_so():
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)

    with heard(PaymentSucceeded, InvoicePaid) as said:
        service.receive_callback(*call(payment))

    assert invoice.status is InvoiceStatus.PAID
    assert (payment.status, payment.transaction_id) == (PaymentStatus.SUCCEEDED, "txn_1")
    assert payment.method == {"kind": "card", "brand": "visa", "last4": "4242"}
    assert [type(event) for event in said] == [InvoicePaid, PaymentSucceeded]


def test_a_success_tops_up_a_prepaid_line():
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)

    service.receive_callback(*call(payment))

    assert balance_of(line.id).amount == Decimal("299.00")


@pytest.mark.parametrize("reason", ["ported_out", "request", "transferred"])
def test_what_is_paid_for_a_line_that_has_gone_meanwhile_goes_back(reason):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    lines.close_line(line.id, by=SYSTEM, reason=reason)

    with heard(PaymentReversed, PaymentSucceeded) as said:
        for _ in range(2):
            service.receive_callback(*call(payment))

    assert [type(event) for event in said] == [PaymentReversed]
    assert db.session.scalars(select(GatewayCall)).one().result is CallResult.SENT_BACK
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.money, refund.status) == (payment.money, RefundStatus.REQUESTED)
    assert balance_of(line.id) is None


def test_a_decline_keeps_its_code_and_the_bill_stays_due():
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)

    with heard(PaymentDeclined) as said:
        service.receive_callback(*call(payment, kind="declined"))

    assert (payment.status, payment.decline_code) == (PaymentStatus.DECLINED, "insufficient_funds")
    assert (invoice.status, len(said)) == (InvoiceStatus.OPEN, 1)


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["succeeded", "declined", "succeeded"]))
)
def test_in_any_order_money_that_was_taken_counts_once(order):
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)

    for number, kind in enumerate(order):
        service.receive_callback(*call(payment, kind=kind, event_id=f"evt_{number}"))

    assert payment.status is PaymentStatus.SUCCEEDED
    assert (invoice.paid, invoice.status) == (Decimal("299.00"), InvoiceStatus.PAID)


def test_copies_are_counted_and_do_nothing():
    payment = PaymentFactory()

    with heard(PaymentSucceeded) as said:
        for _ in range(5):
            service.receive_callback(*call(payment))

    [kept] = calls()
    assert (kept.copies, kept.result, kept.payment_id) == (5, CallResult.APPLIED, payment.id)
    assert len(said) == 1


def test_a_payment_whose_order_was_never_answered_is_known_by_its_reference():
    payment = PaymentFactory(provider_reference=None, status=PaymentStatus.UNKNOWN)

    service.receive_callback(*call(payment))

    assert payment.status is PaymentStatus.SUCCEEDED
    assert payment.provider_reference == "chk_first_heard_of"


def test_it_is_not_known_by_the_checkout_of_another():
    unanswered = PaymentFactory(provider_reference=None, status=PaymentStatus.UNKNOWN)
    other = PaymentFactory()

    with pytest.raises(CallbackRefused):
        service.receive_callback(*call(unanswered, checkout_id=other.provider_reference))

    assert unanswered.status is PaymentStatus.UNKNOWN
    assert [each.result for each in calls()] == [CallResult.UNKNOWN_PAYMENT]


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"amount": "298.99"}, CallResult.WRONG_AMOUNT),
        ({"amount": "2990.00"}, CallResult.WRONG_AMOUNT),
        ({"amount": "299.001"}, CallResult.WRONG_AMOUNT),
        ({"amount": "299.0000000001"}, CallResult.WRONG_AMOUNT),
        ({"currency": "USD"}, CallResult.WRONG_AMOUNT),
        ({"checkout_id": "chk_of_somebody_else"}, CallResult.UNKNOWN_PAYMENT),
        ({"reference": "01890a5d-ac96-774b-bcce-b302099a8057"}, CallResult.UNKNOWN_PAYMENT),
        ({"reference": "not an id"}, CallResult.UNKNOWN_PAYMENT),
    ],
)
def test_what_does_not_match_is_kept_and_refused(changes, result):
    payment = PaymentFactory()

    for _ in range(2):
        with pytest.raises(CallbackRefused):
            service.receive_callback(*call(payment, **changes))

    [kept] = calls()
    assert (kept.result, kept.copies) == (result, 2)
    assert db.session.get_one(Payment, payment.id).status is PaymentStatus.PENDING


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda raw, head: (raw, {}), id="no signature"),
        pytest.param(lambda raw, head: (raw + b" ", head), id="one byte more"),
        pytest.param(lambda raw, head: (b"", head), id="empty"),
        pytest.param(
            lambda raw, head: (raw, {"Gateway-Signature": "t=٣,v1=" + "a" * 64}), id="other digits"
        ),
    ],
)
def test_what_the_gateway_did_not_sign_leaves_nothing(spoilt):
    payment = PaymentFactory()

    with pytest.raises(BadCallback):
        service.receive_callback(*spoilt(*call(payment)))

    assert (calls(), db.session.scalars(select(AuditEntry)).all()) == ([], [])


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_call_played_again_leaves_nothing(seconds):
    payment = PaymentFactory()

    with pytest.raises(BadCallback):
        service.receive_callback(*call(payment, at=int(time.time()) + seconds))

    assert calls() == []


def test_another_secret_is_no_signature():
    payment = PaymentFactory()

    with pytest.raises(BadCallback):
        service.receive_callback(*call(payment, secret="guessed"))


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": ""},
        {"event_id": "a\x00b"},
        {"event_id": None},
        {"amount": "NaN"},
        {"amount": "1e400"},
        {"amount": -1},
        {"currency": "mxn"},
        {"type": "checkout.exploded"},
        {"reference": ["x"]},
        {"transaction_id": "\ud800"},
        {"method": {"kind": "card", "brand": "visa", "last4": "4242424242424242"}},
    ],
)
def test_a_signed_call_that_makes_no_sense_is_refused(changes):
    payment = PaymentFactory()

    with pytest.raises(BadCallback):
        service.receive_callback(*call(payment, **changes))

    assert calls() == []


def two_top_ups(minutes, *, second="299.00"):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    for number, amount in enumerate(("299.00", second)):
        payment = PaymentFactory(
            account_id=line.account_id,
            invoice_id=None,
            line_id=line.id,
            amount=Decimal(amount),
        )
        with clock.moved_to(clock.now() + timedelta(minutes=minutes * number)):
            raw = call(payment, at=int(clock.now().timestamp()))
            service.receive_callback(*raw)
    return line, payment


def test_a_double_recharge_counts_twice():
    line, _payment = two_top_ups(59, second="299.00")

    assert balance_of(line.id).amount == Decimal("598.00")
