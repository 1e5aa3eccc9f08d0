"""Debts of accounts that left, in the books: deposits set off, written off, undone, recovered."""

from decimal import Decimal

import pytest

from app.billing import service as billing
from app.core import clock
from app.core.actor import SYSTEM
from app.ledger import service
from app.payments import service as payments
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.subscriptions import line_with_plan
from tests.ledger.test_books import pesos, sums

pytestmark = pytest.mark.usefixtures("app", "nobody")
CLERK = administrator()


def left_behind(amount="299.00"):
    invoice = InvoiceFactory()
    billing.ask_write_off(invoice.account_id, pesos(amount), "Moved away", by=CLERK)
    service.sweep()
    return invoice


def pay(invoice, amount, key="t1"):
    payments.record_payment(
        invoice.id,
        by=SYSTEM,
        method={},
        transaction_id=key,
        at=clock.now(),
        amount=pesos(amount),
    )


def test_what_is_written_off_is_our_loss_and_nothing_receivable(proved):
    left_behind()

    assert sums()["bad_debt"] == Decimal("299.00")
    assert "receivable" not in sums()
    assert proved() == []


def test_undone_nothing_of_it_is_left_in_the_books(proved):
    invoice = left_behind()

    billing.undo_write_off(invoice.account_id, pesos("299.00"), "Found", by=CLERK)

    assert "bad_debt" not in sums()
    assert sums()["receivable"] == Decimal("299.00")
    assert proved() == []


def test_a_payment_after_all_is_a_recovery(proved):
    invoice = left_behind()

    pay(invoice, "100.00")

    assert (sums()["recoveries"], sums()["cash"]) == (Decimal("-100.00"), Decimal("100.00"))
    assert "receivable" not in sums()
    assert proved() == []


def test_more_than_was_written_off_is_the_customers(proved):
    invoice = left_behind()

    pay(invoice, "300.00")
    service.sweep()

    assert (sums()["recoveries"], sums()["customer_credit"]) == (
        Decimal("-299.00"),
        Decimal("-1.00"),
    )
    assert proved() == []


def test_a_deposit_that_pays_the_last_bills_is_held_no_longer(proved):
    invoice = InvoiceFactory()
    line = line_with_plan(account=invoice.account)
    deposit = billing.take_deposit(line.account_id, pesos("500.00"), by=CLERK, effect_key="deposit")
    billing.disconnect_line(line.id, "request", by=CLERK, on=clock.today("America/Mexico_City"))
    billing.carry_out_disconnections(by=SYSTEM)
    service.sweep()

    assert sums()["deposits"] == Decimal("-201.00")
    billing.give_back_deposit(deposit.id, by=CLERK)
    assert "deposits" not in sums()
    assert "receivable" not in sums()
    assert proved() == []
