"""A refund that was paid and fails later: heard of once, put back, and said why."""

import itertools
import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.models import Invoice, InvoiceStatus
from app.billing.queries import credit_of
from app.core import db, events, outbox
from app.core.actor import SYSTEM
from app.core.money import Money
from app.core.outbox import OutboxEntry
from app.customers.models import Notice
from app.ledger import proofs
from app.ledger import service as ledger
from app.ledger.models import LedgerEntry
from app.ledger.queries import entries_of_payment
from app.payments import queries, service
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.errors import BadCallback, CallbackRefused
from app.payments.events import PaymentRefunded, RefundFailed
from app.payments.models import (
    CallResult,
    Chargeback,
    GatewayCall,
    PaymentStatus,
    Refund,
    RefundStatus,
    UnallocatedCash,
)
from app.payments.port import GatewayDown
from app.subscriptions import service as lines
from app.tickets.models import Priority, Ticket
from app.usage.queries import balance_of
from tests.billing.committed import at_once, count, only
from tests.demo_world.forms import submit
from tests.factories.actors import staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.payments.conftest import NOBODY, adapter, call
from tests.payments.test_chargebacks import chargeback
from tests.payments.test_checkouts import press, start

MANAGER = staff("manager")
numbers = itertools.count()


def pesos(amount):
    return Money.of(amount, "MXN")


def failed(payment, refund, **changes):
    """The sandbox tells that a refund failed; each time it is another event."""
    about = {
        "id": refund.provider_reference or "ref_never_heard_of",
        "key": str(refund.id),
        "amount": f"{refund.amount:.2f}",
        "reason": "lost_or_stolen_card",
        **changes,
    }
    return call(payment, event_id=f"evt_{next(numbers)}", type="refund.failed", refund=about)


class Obliging(SandboxGateway):
    """It gives money back."""

    def refund(self, *, key, checkout_id, amount):
        return f"ref_{key}"


class Forgetful(SandboxGateway):
    """It gives money back, and its answer is lost."""

    def refund(self, *, key, checkout_id, amount):
        raise GatewayDown("the answer was lost")


@pytest.fixture
def given(database, plugged):
    """A bill that was paid and given back, at a gateway that says yes."""
    plugged(adapter(NOBODY, kind=Obliging))
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    assert (refund.status, payment.status) == (RefundStatus.SUCCEEDED, PaymentStatus.REFUNDED)
    return invoice, payment, refund


def test_what_was_taken_off_is_put_back_once_however_often_it_is_told(given):
    invoice, payment, refund = given
    assert invoice.status is InvoiceStatus.OPEN

    with heard(RefundFailed) as said:
        for _ in range(3):
            service.receive_callback(*failed(payment, refund))

    assert (refund.status, refund.failure) == (RefundStatus.FAILED, "lost_or_stolen_card")
    assert refund.failed_at >= refund.settled_at
    assert (payment.status, invoice.status) == (PaymentStatus.SUCCEEDED, InvoiceStatus.PAID)
    assert queries.left_of(payment) == pesos("299.00")
    assert [(each.refund_id, each.reason) for each in said] == [(refund.id, "lost_or_stolen_card")]
    results = db.session.scalars(select(GatewayCall.result).order_by(GatewayCall.received_at)).all()
    assert results[1:] == [CallResult.APPLIED, CallResult.NOTHING_NEW, CallResult.NOTHING_NEW]


def test_it_can_be_given_back_anew_and_no_more_than_was_paid(given):
    invoice, payment, refund = given
    service.receive_callback(*failed(payment, refund))

    again = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    service.receive_callback(*failed(payment, refund))

    assert again.status is RefundStatus.SUCCEEDED
    assert (payment.status, invoice.due) == (PaymentStatus.REFUNDED, pesos("299.00"))


def test_what_she_paid_in_another_way_since_is_her_credit(given):
    invoice, payment, refund = given
    service.record_payment(
        invoice.id, by=MANAGER, method={}, transaction_id="SPEI-1", at=refund.created_at
    )

    service.receive_callback(*failed(payment, refund))

    assert invoice.status is InvoiceStatus.PAID
    assert credit_of(invoice.account_id).amount == Decimal("299.00")


def test_a_top_up_is_on_the_balance_again(database, plugged):
    plugged(adapter(NOBODY, kind=Obliging))
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))
    assert balance_of(line.id).amount == Decimal("199.00")

    service.receive_callback(*failed(payment, refund))
    service.receive_callback(*failed(payment, refund))

    assert balance_of(line.id).amount == Decimal("299.00")


@pytest.mark.parametrize("reason", ["ported_out", "request", "transferred"])
def test_a_top_up_of_a_line_that_has_gone_waits_for_a_person(database, plugged, reason):
    plugged(adapter(NOBODY, kind=Obliging))
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    lines.close_line(line.id, by=SYSTEM, reason=reason)

    for _ in range(2):
        service.receive_callback(*failed(payment, refund))

    assert balance_of(line.id).amount == 0
    assert only(UnallocatedCash).left == pesos("299.00")
    assert ledger.prove().differences == 0


def test_money_that_had_paid_nothing_waits_for_a_person(database, plugged):
    plugged(adapter(NOBODY, kind=Obliging))
    payment = PaymentFactory()
    service.not_found(payment.id, by=staff("billing_administrator"), why="Not there")
    service.receive_callback(*call(payment))  # it came all the same, and is sent back
    service.reconcile_due()
    refund = only(Refund)
    assert refund.status is RefundStatus.SUCCEEDED

    service.receive_callback(*failed(payment, refund))

    assert only(UnallocatedCash).left == pesos("299.00")
    assert payment.reversed_at is not None


def test_of_a_refund_whose_answer_was_lost_it_is_told_by_our_own_key(database, plugged):
    plugged(adapter(NOBODY, kind=Forgetful))
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))
    assert refund.status is RefundStatus.REQUESTED

    with heard(PaymentRefunded, RefundFailed) as said:
        service.receive_callback(*failed(payment, refund))
    plugged(adapter(NOBODY, kind=Obliging))
    service.reconcile_due()

    assert [type(each) for each in said] == [PaymentRefunded, RefundFailed]
    assert (refund.status, invoice.status) == (RefundStatus.FAILED, InvoiceStatus.PAID)


@pytest.mark.parametrize("amount", ["298.99", "299.01", "0"])
def test_another_amount_is_kept_and_refused(given, amount):
    _, payment, refund = given

    with pytest.raises(CallbackRefused):
        service.receive_callback(*failed(payment, refund, amount=amount))

    assert refund.status is RefundStatus.SUCCEEDED
    assert count(GatewayCall, GatewayCall.result == CallResult.WRONG_AMOUNT) == 1


def test_what_was_given_back_at_the_gateway_by_hand_was_never_in_our_books(given):
    invoice, payment, refund = given

    service.receive_callback(*failed(payment, refund, id="ref_by_hand", key=str(payment.id)))

    assert (refund.status, invoice.status) == (RefundStatus.SUCCEEDED, InvoiceStatus.OPEN)
    assert count(GatewayCall, GatewayCall.result == CallResult.NOT_OURS) == 1


@pytest.mark.parametrize("about", [None, {"id": "ref_1"}, {"id": "ref_1", "key": "k"}])
def test_a_call_without_its_details_makes_no_sense(given, about):
    with pytest.raises(BadCallback):
        service.receive_callback(*call(given[1], type="refund.failed", refund=about))


def test_a_hundred_calls_at_once_put_it_back_once(committing, plugged):
    plugged(adapter(NOBODY, kind=Obliging))
    invoice = InvoiceFactory()
    payment = PaymentFactory(invoice=invoice)
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))
    calls = [failed(payment, refund) for _ in range(50)]

    results = at_once(100, lambda number: service.receive_callback(*calls[number % 50]))

    assert results == [None] * 100
    assert count(GatewayCall, GatewayCall.result == CallResult.APPLIED) == 2  # and the payment
    assert (only(Invoice).paid, only(Refund).status) == (Decimal("299.00"), RefundStatus.FAILED)
    assert credit_of(only(Invoice).account_id).amount == 0


def test_the_sandbox_lets_a_refund_fail_and_we_hear_of_it(database, gateway):
    """Its call is carried here by hand: the test's session is on one connection."""
    invoice = InvoiceFactory()
    payment = start(invoice)
    press(gateway, payment, "approve")
    service.check(payment.id)
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))

    with gateway.visitor() as bank:
        path = f"/gateway/refunds/{refund.provider_reference}/fail"
        assert submit(bank, "/gateway/", path).status_code == 303
    sent = json.loads((gateway.state / "world.json").read_text())["callbacks"].values()
    [event] = [each["event"] for each in sent if each["event"]["type"] == "refund.failed"]
    service.receive_callback(*call(payment, **event))

    assert (refund.status, invoice.status) == (RefundStatus.FAILED, InvoiceStatus.PAID)
    again = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    assert again.status is RefundStatus.SUCCEEDED


@pytest.mark.usefixtures("app")
def test_the_books_show_it_as_an_entry_that_turns_the_others_round(plugged):
    plugged(adapter(NOBODY, kind=Obliging))
    payment = PaymentFactory(invoice=InvoiceFactory())
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))

    service.receive_callback(*failed(payment, refund))
    ledger.prove()

    entries = entries_of_payment(payment.id)
    assert [each.kind for each in entries][1:] == [
        "refund_requested",
        "refund_paid",
        "refund_failed",
    ]
    sums = {}
    for leg in (leg for entry in entries[1:] for leg in entry.legs):
        key = (leg.book, leg.provider, leg.account_id)
        sums[key] = sums.get(key, 0) + leg.amount
    assert set(sums.values()) == {0}
    assert proofs.differences() == []
    ids = select(LedgerEntry.id).where(LedgerEntry.source_id == refund.id)
    assert len(db.session.scalars(ids).all()) == 3


@pytest.mark.usefixtures("app")
def test_somebody_is_told_and_so_is_she_once(plugged):
    plugged(adapter(NOBODY, kind=Obliging))
    payment = PaymentFactory(invoice=InvoiceFactory())
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("100.00"))

    for _ in range(2):
        service.receive_callback(*failed(payment, refund))
    waiting = select(OutboxEntry.id).where(OutboxEntry.event.contains("RefundFailed"))
    done = [outbox.run_in_transaction(each, events.deliver) for each in db.session.scalars(waiting)]

    assert done == [True, True]
    ticket = only(Ticket)
    assert ticket.context["refund_id"] == str(refund.id)
    assert ticket.priority is Priority.HIGH
    by = db.session.scalars(select(Notice.channel).where(Notice.kind == "refund_failed")).all()
    assert sorted(by) == ["email", "sms"]


@pytest.fixture
def taken_twice(given):
    """The money of the refund was on its way when her bank took the payment back."""
    invoice, payment, refund = given
    service.receive_callback(*chargeback(payment))
    assert only(Chargeback).covered == 0
    return invoice, payment, refund


def test_what_her_bank_took_back_meanwhile_is_not_hers_a_second_time(taken_twice):
    invoice, payment, refund = taken_twice

    with heard(RefundFailed) as said:
        service.receive_callback(*failed(payment, refund))

    assert (invoice.due, refund.kept) == (pesos("299.00"), Decimal("299.00"))
    assert only(Chargeback).uncovered == 0
    assert queries.left_of(payment) == pesos("0")
    assert said[0].kept == Decimal("299.00")


def test_a_chargeback_that_is_won_after_all_pays_the_bill_with_what_was_kept(taken_twice):
    invoice, payment, refund = taken_twice
    service.receive_callback(*failed(payment, refund))

    service.receive_callback(*chargeback(payment, "won"))

    assert (invoice.status, invoice.due) == (InvoiceStatus.PAID, pesos("0"))


def test_a_chargeback_that_was_won_before_keeps_nothing(taken_twice):
    invoice, payment, refund = taken_twice
    service.receive_callback(*chargeback(payment, "won"))

    service.receive_callback(*failed(payment, refund))

    assert (invoice.status, refund.kept) == (InvoiceStatus.PAID, Decimal(0))


def test_a_smaller_chargeback_keeps_as_much_as_it_took(given):
    invoice, payment, refund = given
    service.receive_callback(*chargeback(payment, amount="120.00"))

    service.receive_callback(*failed(payment, refund))

    assert (invoice.due, refund.kept) == (pesos("120.00"), Decimal("120.00"))


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("decision", ["lost", "won"])
def test_the_books_have_no_loss_of_what_was_kept(plugged, decision):
    plugged(adapter(NOBODY, kind=Obliging))
    payment = PaymentFactory(invoice=InvoiceFactory())
    service.receive_callback(*call(payment))
    refund = service.refund(payment.id, by=MANAGER, amount=pesos("299.00"))
    service.receive_callback(*chargeback(payment))

    service.receive_callback(*failed(payment, refund))
    service.receive_callback(*chargeback(payment, decision))
    ledger.prove()

    sums = {}
    for leg in (leg for entry in entries_of_payment(payment.id) for leg in entry.legs):
        sums[leg.book] = sums.get(leg.book, 0) + leg.amount
    assert (sums["chargebacks"], sums["refunds"]) == (0, 0)
    assert sums["cash"] == (Decimal("299.00") if decision == "won" else 0)
    assert proofs.differences() == []
    assert (
        db.session.scalars(select(Ticket.id).where(Ticket.context.has_key("refund_id"))).all() == []
    )
