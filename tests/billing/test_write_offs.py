"""What a closed account owes is written off by one person or two, undone, and paid after all."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.billing import queries, reports, service
from app.billing.errors import (
    AccountInUse,
    DebtDisputed,
    InvoiceWrittenOff,
    NothingOwed,
    NothingWrittenOff,
    OwesOtherwise,
)
from app.billing.listeners import carry_out
from app.billing.models import BadDebt, BadDebtSum, Invoice
from app.billing.reports import BadDebtSums
from app.billing.service import bad_debts
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.core.sums import gather
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest
from app.subscriptions.models import Line
from tests.billing.committed import at_once, count
from tests.billing.conftest import listen
from tests.billing.test_disputes import billed
from tests.factories.actors import administrator, agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

CLERK = staff("billing_administrator")
pytestmark = pytest.mark.usefixtures("wired")


def mxn(amount):
    return Money.of(amount, "MXN")


def write_off(invoice, amount="299.00", by=CLERK, reason="Moved away"):
    return service.ask_write_off(invoice.account_id, mxn(amount), reason, by=by)


def undo(invoice, amount="299.00"):
    return service.undo_write_off(invoice.account_id, mxn(amount), "She was found", by=CLERK)


def pay(invoice, amount):
    service.settle(invoice.id, mxn(amount), by=SYSTEM, payment_id=uuid4())


def moves(invoice):
    return [(each.kind.value, each.amount) for each in queries.bad_debts_of(invoice.id)]


def standing(invoice):
    return invoice.status.value, invoice.due.amount, invoice.written_off


def test_all_that_the_account_owes_is_expected_no_longer():
    invoice = InvoiceFactory()
    part = InvoiceFactory(
        account=invoice.account, paid=Decimal("100.00"), period_start=date(2026, 1, 1)
    )

    write_off(invoice, "498.00")

    assert standing(invoice) == ("written_off", 0, Decimal("299.00"))
    assert standing(part) == ("written_off", 0, Decimal("199.00"))
    assert queries.dues_of(invoice.account_id) == mxn("0.00")
    sums = reports.bad_debt(invoice.account.market)
    assert (sums.written_off, sums.left) == (Decimal("498.00"), Decimal("498.00"))


def test_the_sums_of_a_market_are_those_of_its_movements_before_and_after_they_are_gathered():
    first, second = InvoiceFactory(), InvoiceFactory()
    write_off(first)
    write_off(second)
    pay(first, "100.00")
    undo(second)
    expected = BadDebtSums(Decimal("598.00"), Decimal("299.00"), Decimal("100.00"))
    market = first.account.market
    assert reports.bad_debt(market) == expected

    gathered = gather(BadDebtSum)

    assert (gathered, count(BadDebtSum), gather(BadDebtSum)) == (1, 3, 0)
    assert reports.bad_debt(market) == expected


def test_whoever_writes_off_and_gathers_at_once_the_sums_are_exact(committing):
    invoices = [InvoiceFactory().id for _ in range(8)]
    db.session.commit()

    def expect_no_more(invoice_id):
        with db.transaction():
            bad_debts.take_off(db.session.get_one(Invoice, invoice_id), "gone", by=CLERK)

    results = at_once(
        16,
        lambda n: gather(BadDebtSum) if n % 2 else expect_no_more(invoices[n // 2]),
    )

    assert not [each for each in results if isinstance(each, Exception)]
    db.session.remove()
    gather(BadDebtSum)
    [sums] = db.session.scalars(select(BadDebtSum.amount))
    assert sums == 8 * Decimal("299.00")


def test_undone_it_is_owed_as_before():
    invoice = InvoiceFactory()
    write_off(invoice)

    undo(invoice)

    assert standing(invoice) == ("open", Decimal("299.00"), 0)
    assert moves(invoice) == [("written_off", Decimal("299.00")), ("undone", Decimal("299.00"))]
    with pytest.raises(NothingWrittenOff):
        undo(invoice)


def test_a_payment_after_all_recovers_as_much_as_it_pays():
    invoice = InvoiceFactory()
    write_off(invoice)

    pay(invoice, "100.00")
    assert standing(invoice) == ("written_off", 0, Decimal("199.00"))
    with pytest.raises(OwesOtherwise):
        undo(invoice)
    pay(invoice, "250.00")

    assert standing(invoice) == ("paid", 0, 0)
    assert moves(invoice)[1:] == [
        ("recovered", Decimal("100.00")),
        ("recovered", Decimal("199.00")),
    ]
    assert queries.credit_of(invoice.account_id) == mxn("51.00"), "more than was owed"


def test_what_is_given_back_of_a_recovery_is_due_and_may_be_written_off_again():
    invoice = InvoiceFactory()
    write_off(invoice)
    pay(invoice, "100.00")

    service.take_back(invoice.id, mxn("100.00"), by=SYSTEM, refund_id=uuid4())
    assert standing(invoice) == ("open", Decimal("100.00"), Decimal("199.00"))
    write_off(invoice, "100.00")

    assert standing(invoice) == ("written_off", 0, Decimal("299.00"))


class TestSecondPerson:
    @pytest.fixture
    def deciding(self, database):
        listen(in_transaction={ApprovalGranted: [carry_out]})
        yield StaffFactory(roles=["administrator"]).as_actor()
        listen()

    def test_above_the_limit_somebody_else_agrees(self, deciding):
        MarketFactory(policies={"approval_limits": {"billing.write_off": {}}})
        invoice = InvoiceFactory()

        asked = write_off(invoice)
        assert isinstance(asked, ApprovalRequest)
        assert write_off(invoice) is asked, "asked twice, it waits once"
        assert standing(invoice) == ("open", Decimal("299.00"), 0)
        approvals.approve(asked.id, by=deciding)

        assert standing(invoice) == ("written_off", 0, Decimal("299.00"))

    def test_what_was_paid_in_the_meantime_is_not_written_off(self, deciding):
        MarketFactory(policies={"approval_limits": {"billing.write_off": {}}})
        invoice = InvoiceFactory()
        asked = write_off(invoice)
        pay(invoice, "10.00")

        with pytest.raises(OwesOtherwise):
            approvals.approve(asked.id, by=deciding)

        assert standing(invoice) == ("open", Decimal("289.00"), 0)

    def test_a_debit_note_too(self, deciding):
        MarketFactory(policies={"approval_limits": {"billing.debit": {"manager": "50"}}})
        invoice, manager = InvoiceFactory(), staff("manager")

        service.ask_debit(invoice.id, mxn("50.00"), "Left out", by=manager)
        asked = service.ask_debit(invoice.id, mxn("0.01"), "And this", by=manager)
        with pytest.raises(approvals.ApprovalNeeded):
            service.debit(invoice.id, mxn("0.01"), "And this", by=manager)
        assert invoice.due == mxn("349.00")
        approvals.approve(asked.id, by=deciding)

        assert invoice.due == mxn("349.01")


class TestRefused:
    def test_while_a_line_is_open(self):
        invoice = InvoiceFactory()
        line_with_plan(account=invoice.account)

        with pytest.raises(AccountInUse):
            write_off(invoice)

    def test_another_amount_than_is_owed(self):
        invoice = InvoiceFactory()

        with pytest.raises(OwesOtherwise) as refused:
            write_off(invoice, "298.99")

        assert refused.value.details["owed"] == "299.00"

    def test_nothing_owed_no_reason_no_right_another_market(self):
        invoice = InvoiceFactory()
        with pytest.raises(Invalid):
            write_off(invoice, reason=" ")
        with pytest.raises(Forbidden):
            write_off(invoice, by=agent())
        with pytest.raises(NotFound):
            write_off(invoice, by=staff("billing_administrator", markets={"BR"}))
        pay(invoice, "299.00")

        with pytest.raises(NothingOwed):
            write_off(invoice)

    def test_while_a_charge_is_disputed(self):
        invoice, charge = billed()
        service.dispute(invoice.id, charge.id, mxn("10.00"), "Not mine", by=administrator())
        db.session.get_one(Line, charge.line_id).closed_at = clock.now()

        with pytest.raises(DebtDisputed):
            write_off(invoice, invoice.due.amount)

    def test_notes_on_what_is_written_off(self):
        invoice = InvoiceFactory()
        write_off(invoice)

        with pytest.raises(InvoiceWrittenOff):
            service.credit(invoice.id, mxn("1.00"), "Gift", by=administrator())
        with pytest.raises(InvoiceWrittenOff):
            service.debit(invoice.id, mxn("1.00"), "More", by=administrator())

    def test_more_than_the_bill_by_the_database_itself(self):
        invoice = InvoiceFactory()
        invoice.written_off = Decimal("299.01")

        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


cents = st.integers(1, 40_000).map(lambda n: Decimal(n) / 100)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.one_of(st.just("off"), st.just("undo"), cents), max_size=8))
def test_whatever_happens_it_is_owed_paid_or_written_off(wired, steps):
    """Paid, due and written off are always the bill; what moved is what is written off."""
    invoice = InvoiceFactory()
    for step in steps:
        if step == "off" and invoice.due:
            write_off(invoice, invoice.due.amount)
        elif step == "undo" and invoice.written_off:
            undo(invoice, invoice.written_off)
        elif isinstance(step, Decimal):
            pay(invoice, step)

        assert invoice.paid + invoice.due.amount + invoice.written_off == invoice.total
        signed = [
            each.amount if each.kind.value == "written_off" else -each.amount
            for each in db.session.scalars(select(BadDebt).where(BadDebt.invoice_id == invoice.id))
        ]
        assert sum(signed, Decimal(0)) == invoice.written_off
        expected = "open" if invoice.due else "written_off" if invoice.written_off else "paid"
        assert invoice.status.value == expected
