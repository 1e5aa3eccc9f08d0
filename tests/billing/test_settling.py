from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.billing import queries, service
from app.billing.errors import CreditTooLarge, NothingToTakeBack
from app.billing.events import DunningStepTaken, InvoicePaid, InvoiceReopened
from app.billing.models import InvoiceStatus
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.money import Money
from app.subscriptions import queries as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.models import BlockEffect, Line
from tests.billing.conftest import noon, on
from tests.factories.actors import agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.statements import statements

D = Decimal


def pesos(amount):
    return Money.of(amount, "MXN")


def pay(invoice, amount):
    return service.settle(invoice.id, pesos(amount), by=SYSTEM, payment_id=uuid4())


def test_a_part_leaves_the_rest_due(database):
    invoice = InvoiceFactory()

    pay(invoice, "100.00")

    assert (invoice.status, invoice.due) == (InvoiceStatus.OPEN, pesos("199.00"))
    assert queries.owed(invoice.account.customer_id) == pesos("199.00")


def test_paying_what_is_due_closes_the_bill_and_says_so_once(database):
    invoice = InvoiceFactory()

    with heard(InvoicePaid) as said:
        pay(invoice, "299.00")
        pay(invoice, "10.00")

    assert [event.invoice_id for event in said] == [invoice.id]
    assert invoice.status is InvoiceStatus.PAID
    assert queries.open_invoices(invoice.account.customer_id) == []


def test_what_is_paid_too_much_becomes_credit_of_the_account(database):
    invoice = InvoiceFactory()

    pay(invoice, "400.00")

    assert (invoice.paid, queries.credit_of(invoice.account_id)) == (D("299.00"), pesos("101.00"))


def test_money_of_another_currency_does_not_pay(database):
    with pytest.raises(Invalid):
        service.settle(InvoiceFactory().id, Money.of(299, "USD"), by=SYSTEM, payment_id=uuid4())


def test_credit_notes_never_exceed_the_invoice_not_by_a_cent(database):
    invoice, by = InvoiceFactory(), staff("manager")
    service.credit(invoice.id, pesos("200.00"), "No service for a week", by=by)

    with pytest.raises(CreditTooLarge):
        service.credit(invoice.id, pesos("99.01"), "And the rest", by=by)
    last = service.credit(invoice.id, pesos("99.00"), "And the rest", by=by)

    notes = queries.credit_notes_of(invoice.id)
    assert (sum(n.net for n in notes), sum(n.tax for n in notes)) == (invoice.net, invoice.tax)
    assert last.number.startswith("CN-MX-")
    assert invoice.status is InvoiceStatus.PAID


def test_a_credit_note_has_the_tax_in_the_proportion_of_its_bill(database):
    invoice = InvoiceFactory(net=D("200.00"), tax=D("50.00"), total=D("250.00"))

    note = service.credit(invoice.id, pesos("241.66"), "29 of 30 days", by=staff("manager"))

    assert (note.net, note.tax) == (D("193.33"), D("48.33"))


def test_a_credit_note_on_a_paid_bill_becomes_credit_of_the_account(database):
    invoice = InvoiceFactory()
    pay(invoice, "299.00")

    service.credit(invoice.id, pesos("50.00"), "Slow for a day", by=staff("manager"))

    assert queries.credit_of(invoice.account_id) == pesos("50.00")
    assert invoice.paid == D("299.00")


def test_money_given_back_comes_off_credit_first_and_then_reopens_the_bill(database):
    invoice = InvoiceFactory()
    pay(invoice, "310.00")

    with heard(InvoiceReopened) as said:
        service.take_back(invoice.id, pesos("111.00"), by=SYSTEM, refund_id=uuid4())

    assert queries.credit_of(invoice.account_id) == pesos("0")
    assert (invoice.status, invoice.due) == (InvoiceStatus.OPEN, pesos("100.00"))
    assert [event.invoice_id for event in said] == [invoice.id]


def test_money_that_was_never_paid_is_not_given_back(database):
    invoice = InvoiceFactory()

    with pytest.raises(NothingToTakeBack):
        service.take_back(invoice.id, pesos("1.00"), by=SYSTEM, refund_id=uuid4())


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        pytest.param(agent(), Forbidden, id="agent without the permission"),
        pytest.param(customer(), NotFound, id="another customer"),
        pytest.param(staff("manager", markets=["BR"]), NotFound, id="manager of another market"),
    ],
)
def test_who_may_not_credit(database, by, refusal):
    invoice = InvoiceFactory()

    with pytest.raises(refusal):
        service.credit(invoice.id, pesos("1.00"), "Mine", by=by)

    assert db.session.scalars(select(AuditEntry)).all() == []


def overdue_line():
    line = line_with_plan(activated_at=noon(2026, 2, 1))
    with on(2026, 3, 1):
        return line, InvoiceFactory(account=line.account)


def dun(month, day):
    with on(2026, month, day), heard(DunningStepTaken) as said:
        service.apply_dunning("MX", noon(2026, month, day).date(), by=SYSTEM)
    return [event.action for event in said]


def effect(line):
    return lines.effect_in_force(db.session.get_one(Line, line.id))


def test_an_unpaid_bill_is_reminded_of_then_blocks_then_disconnects_each_once(database):
    line, _invoice = overdue_line()

    steps = [dun(3, 10), dun(3, 11), dun(3, 25), dun(3, 26), dun(3, 27), dun(5, 10), dun(6, 30)]

    assert steps == [[], ["notice"], [], ["block_outgoing"], [], ["disconnect"], []]
    assert effect(line) is BlockEffect.ALL


def test_paying_lifts_the_block_of_its_bill_and_no_other(database):
    line, invoice = overdue_line()
    dun(3, 26)
    subscriptions.place_block(line.id, "lost", BlockEffect.THROTTLE, by=SYSTEM)
    assert effect(line) is BlockEffect.OUTGOING

    pay(invoice, "299.00")

    assert effect(line) is BlockEffect.THROTTLE


def test_a_bill_whose_money_went_back_is_due_and_dunned_as_if_it_were_issued_then(database):
    line, invoice = overdue_line()
    dun(3, 26)
    pay(invoice, "299.00")

    with on(2026, 8, 1):
        service.take_back(invoice.id, pesos("299.00"), by=SYSTEM, refund_id=uuid4())

    assert invoice.due_on == date(2026, 8, 11)
    steps = [dun(8, 2), dun(8, 11), dun(8, 25), dun(8, 26), dun(10, 9), dun(10, 10)]
    assert steps == [[], ["notice"], [], ["block_outgoing"], [], ["disconnect"]]
    assert effect(line) is BlockEffect.ALL


def test_more_money_of_a_bill_that_is_open_already_does_not_put_off_its_day(database):
    _line, invoice = overdue_line()
    pay(invoice, "100.00")

    with on(2026, 4, 1):
        service.take_back(invoice.id, pesos("50.00"), by=SYSTEM, refund_id=uuid4())

    assert (invoice.due, invoice.due_on) == (pesos("249.00"), date(2026, 3, 11))


def test_what_a_debit_note_adds_to_a_paid_bill_is_due_as_if_it_were_issued_then(database):
    line, invoice = overdue_line()
    pay(invoice, "299.00")

    with on(2026, 8, 1):
        service.debit(invoice.id, pesos("50.00"), "Roaming was left out", by=staff("manager"))

    assert invoice.due_on == date(2026, 8, 11)
    assert [dun(8, 10), dun(8, 11), dun(8, 25)] == [[], ["notice"], []]
    assert effect(line) is None


def test_bills_that_were_dunned_before_ask_nothing_more_of_the_database(session):
    def asked(bills):
        for _ in range(bills):
            overdue_line()
        dun(3, 26)
        with statements(session) as sent:
            assert dun(3, 27) == []
        return len(sent)

    assert asked(1) == asked(5)


def test_a_paid_bill_is_left_alone(database):
    line, invoice = overdue_line()
    pay(invoice, "299.00")

    assert dun(4, 30) == []
    assert effect(line) is None
