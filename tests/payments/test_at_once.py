"""What many do at the same instant, on a database that really commits."""

from decimal import Decimal

from app.audit.models import AuditEntry
from app.billing.models import Invoice, InvoiceStatus
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.payments import access, service
from app.payments.consent import CURRENT
from app.payments.errors import KeyUsedDifferently, RefundTooLarge
from app.payments.models import GatewayCall, Payment, PaymentStatus
from app.payments.service import charging, purposes
from app.usage.models import BalanceMovement
from app.usage.queries import balance_of
from tests.billing.committed import at_once, count, only, waiting
from tests.demo_world.forms import submit
from tests.factories.actors import customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import MandateFactory, PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import call

MANY = 100


def test_a_hundred_copies_of_a_callback_have_one_effect(committing, nobody):
    payment = PaymentFactory(invoice=InvoiceFactory())
    copy = call(payment)

    results = at_once(MANY, lambda _: service.receive_callback(*copy))

    assert results == [None] * MANY
    assert only(GatewayCall).copies == MANY
    invoice = only(Invoice)
    assert (invoice.paid, invoice.status) == (Decimal("299.00"), InvoiceStatus.PAID)
    assert count(AuditEntry, AuditEntry.action == "payment.succeeded") == 1
    assert count(AuditEntry, AuditEntry.action == "invoice.settled") == 1


def test_a_hundred_different_events_about_one_top_up_credit_it_once(committing, nobody):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    payment = PaymentFactory(account_id=line.account_id, invoice_id=None, line_id=line.id)
    kinds = ("succeeded", "declined")
    events = [call(payment, kind=kinds[n % 2], event_id=f"evt_{n}") for n in range(MANY)]

    results = at_once(MANY, lambda number: service.receive_callback(*events[number]))

    assert results == [None] * MANY
    assert balance_of(line.id).amount == Decimal("299.00")
    assert count(BalanceMovement) == 1
    assert only(Payment).status is PaymentStatus.SUCCEEDED
    assert count(GatewayCall) == MANY


def test_many_clicks_on_pay_open_one_checkout(committing, gateway):
    invoice = InvoiceFactory()
    by = customer(invoice.account.customer_id)

    results = at_once(
        20,
        lambda number: (
            service.start_checkout(
                by=by,
                invoice_id=invoice.id,
                language="es",
                idempotency_key=f"click-{number % 3}",
            ).provider_reference
        ),
    )

    assert set(results) == {only(Payment).provider_reference}


def test_many_top_ups_with_one_key_are_one(committing, gateway):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    by = customer(line.customer_id)

    results = at_once(
        20,
        lambda _: (
            service.start_checkout(
                by=by,
                line_id=line.id,
                amount=Money.of("50.00", "MXN"),
                language="es",
                idempotency_key="one",
            ).id
        ),
    )

    assert set(results) == {only(Payment).id}


def test_autopay_is_changed_while_a_debit_of_it_is_made(committing, nobody):
    invoice = InvoiceFactory()
    mandate = MandateFactory(account=invoice.account)
    by, method = customer(invoice.account.customer_id), mandate.saved_method

    with db.transaction():
        access.mandate_for(SYSTEM, mandate.id, lock=True)
        changed = waiting(
            lambda: (
                service.set_up_autopay(
                    invoice.account_id,
                    by=by,
                    method_id=method.id,
                    max_amount=Money.of("500.00", "MXN"),
                    consent_version=CURRENT,
                ).id
            )
        )
        purpose = purposes.purpose_of(SYSTEM, invoice.id, None, None)
        charging.begun(purpose, method, "autopay:1", by=SYSTEM)

    assert changed.result() == mandate.id


def test_refunds_at_once_never_exceed_the_payment(committing, gateway):
    invoice = InvoiceFactory()
    payment = service.start_checkout(
        by=customer(invoice.account.customer_id),
        invoice_id=invoice.id,
        language="es",
        idempotency_key="one",
    )
    page = f"/gateway/pay/{payment.provider_reference}"
    with gateway.visitor() as visitor:
        submit(visitor, page, page, outcome="approve")
    service.check(payment.id)

    results = at_once(
        10,
        lambda _: (
            service.refund(
                payment.id, by=staff("manager"), amount=Money.of("100.00", "MXN")
            ).status.value
        ),
    )

    refused = [each for each in results if isinstance(each, RefundTooLarge)]
    assert (len(refused), results.count("succeeded")) == (8, 2)
    assert only(Invoice).paid == Decimal("99.00")


def test_one_transfer_that_two_people_note_for_two_bills_pays_one(committing):
    bills = [InvoiceFactory().id for _ in range(2)]

    def note(number):
        return service.record_payment(
            bills[number], by=SYSTEM, method={}, transaction_id="SPEI-1", at=clock.now()
        ).status

    results = at_once(2, note)

    assert results.count(PaymentStatus.SUCCEEDED) == 1
    assert [type(each) for each in results if each != PaymentStatus.SUCCEEDED] == [
        KeyUsedDifferently
    ]
    assert count(Invoice, Invoice.status == InvoiceStatus.PAID) == 1
