"""Whatever moves money, one after the other: after each step the nightly proof finds nothing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing import service as billing
from app.billing.models import Invoice
from app.billing.queries import deposits_of, dues_of
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.ledger import service
from app.ledger.models import LedgerEntry, LedgerLeg
from app.payments import service as payments
from app.payments.models import Refund
from app.payments.service import vouchers
from app.payments.service.plans import standing_of
from app.subscriptions.models import Leaving
from app.usage.service import debit
from tests.factories.actors import administrator, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import call

pytestmark = pytest.mark.usefixtures("app", "nobody")
BILL = staff("billing_administrator")
MARCH = datetime(2026, 3, 10, 18, tzinfo=UTC)
APRIL = datetime(2026, 4, 20, 18, tzinfo=UTC)


def pesos(amount):
    return Money.of(amount, "MXN")


def book(name):
    query = select(func.coalesce(func.sum(LedgerLeg.amount), 0)).where(LedgerLeg.book == name)
    return db.session.scalar(query)


def pay(invoice, amount, number):
    payments.record_payment(
        invoice.id, by=SYSTEM, method={}, transaction_id=number, at=clock.now(), amount=amount
    )


def gateway_calls(payment, **told):
    payments.receive_callback(*call(payment, at=int(clock.now().timestamp()), **told))


def bank_takes_back(payment, state):
    told = {"id": "cb_1", "amount": "100.00", "reason": "fraud"}
    gateway_calls(payment, event_id=f"e_{state}", type=f"chargeback.{state}", chargeback=told)


def test_the_books_agree_after_everything_that_moves_money(proved):
    with clock.moved_to(MARCH):
        line = line_with_plan(OfferVersionFactory(price=Decimal("310.00")))
        prepaid = line_with_plan(OfferVersionFactory(prepaid=True), account=line.account)
    with clock.moved_to(APRIL):
        billing.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
        invoice = db.session.scalars(select(Invoice)).one()
        assert proved() == [], "run"

        payment = PaymentFactory(invoice=invoice, amount=invoice.total)
        gateway_calls(payment)
        assert proved() == [], "payment"

        billing.credit(invoice.id, pesos("40.00"), "Slow", by=BILL)
        assert proved() == [], "credit note"

        billing.debit(invoice.id, pesos("70.00"), "Roaming was left out", by=BILL)
        assert proved() == [], "debit note"
        assert dues_of(line.account_id) == pesos("70.00")

        payments.refund(payment.id, by=SYSTEM, amount=pesos("30.00"))
        refund = db.session.scalars(select(Refund)).one()
        assert proved() == [], f"refund {refund.status}"

        bank_takes_back(payment, "opened")
        assert proved() == [], "chargeback"
        bank_takes_back(payment, "lost")
        assert proved() == [], "chargeback lost"

        _, codes = vouchers.generate(
            "MX", by=BILL, name="Spring", value=pesos("100.00"), count=1,
            expires_on=date(2026, 12, 31),
        )  # fmt: skip
        vouchers.redeem(codes[0], prepaid.id, by=SYSTEM)
        assert proved() == [], "voucher"

        debit(prepaid.id, pesos("1.25"), by=SYSTEM, effect_key="u", reason="usage:data")
        assert proved() == [], "prepaid use"
        assert db.session.scalar(select(func.count()).where(LedgerEntry.kind == "voucher")) == 1

    with clock.moved_to(datetime(2026, 6, 1, 18, tzinfo=UTC)):
        plan = payments.agree_plan(line.account_id, 2, by=BILL)
        before = standing_of(plan).paid
        pay(invoice, pesos("20.00"), "t1")
        assert proved() == [], "payment plan"
        assert standing_of(plan).paid - before == pesos("20.00")


def test_a_deposit_is_owed_to_the_customer_until_it_is_given_back(proved):
    with clock.moved_to(MARCH):
        line = line_with_plan()
        billing.take_deposit(line.account_id, pesos("500.00"), by=administrator(), effect_key="a")
        assert (book("deposits"), book("cash")) == (Decimal("-500.00"), Decimal("500.00"))
        assert proved() == []
        billing.disconnect_line(line.id, Leaving.REQUEST, by=administrator(), on=date(2026, 3, 10))
        billing.carry_out_disconnections(by=SYSTEM)
    [deposit] = deposits_of([line.account_id])

    with clock.moved_to(MARCH + timedelta(days=60 + 365)):
        billing.give_back_deposit(deposit.id, by=administrator())

        assert proved() == []
    assert (book("deposits"), book("interest")) == (0, Decimal("50.00"))
    assert book("cash") == Decimal("-50.00")


def test_a_debit_note_adds_revenue_and_tax_in_the_proportion_of_its_bill(proved):
    invoice = InvoiceFactory(account=AccountFactory())
    service.sweep()

    billing.debit(invoice.id, pesos("29.90"), "Roaming was left out", by=BILL)

    assert (book("receivable"), book("revenue"), book("tax")) == (
        Decimal("328.90"),
        Decimal("-283.54"),
        Decimal("-45.36"),
    )
    assert proved() == []
