"""What many do at the same instant, on a database that really commits."""

from datetime import date
from decimal import Decimal

from sqlalchemy import event, select

from app.billing import access, service
from app.billing.models import Charge, CreditNote, Deposit, Invoice
from app.core import db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions.models import Leaving, Subscription
from tests.billing.committed import at_once, count, only, waiting
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan


def test_runs_at_once_bill_every_account_once_with_numbers_without_gaps(committing):
    for _ in range(12):
        version = OfferVersionFactory(price=Decimal("299.00"))
        line_with_plan(version, account=AccountFactory(), activated_at=noon(2026, 1, 1))

    def run(_):
        with on(2026, 4, 2):
            return service.run_cycle("MX", noon(2026, 4, 1).date(), by=SYSTEM).issued

    issued = at_once(6, run)

    numbers = sorted(db.session.scalars(select(Invoice.number)))
    assert sum(issued) == 36
    assert numbers == [f"INV-MX-2026-{n:06d}" for n in range(1, 37)]


def test_a_quote_taken_up_by_many_at_once_changes_the_plan_once(committing, hearing):
    line = line_with_plan(activated_at=noon(2026, 4, 1))
    new = OfferVersionFactory(price=Decimal("599.00"))
    by = customer(line.customer_id)
    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, new.id, by=by)

    def take_up(_):
        with on(2026, 4, 11):
            return service.take_up_quote(quote.id, by=by).subscription_id

    assert len(set(at_once(20, take_up))) == 1
    assert (count(Subscription), count(Charge)) == (2, 2)


def test_credit_notes_at_once_never_exceed_the_invoice(committing):
    invoice = InvoiceFactory()

    def credit(_):
        return service.credit(
            invoice.id, Money.of("100.00", "MXN"), "No service", by=staff("manager")
        ).number

    numbers = [each for each in at_once(10, credit) if isinstance(each, str)]

    assert (len(numbers), count(CreditNote)) == (2, 2)


def test_a_line_is_closed_while_money_of_its_paid_bill_goes_back(committing):
    """Bills, account, line: whoever takes them in this order is waited for, never in a ring."""
    version = OfferVersionFactory(price=Decimal("310.00"))
    line = line_with_plan(version, activated_at=noon(2026, 3, 1))
    with on(2026, 4, 1):
        service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM)
        bill = only(Invoice)
        service.settle(bill.id, bill.due, by=SYSTEM, payment_id=bill.id)
    with on(2026, 4, 11):
        order = service.disconnect_line(
            line.id, Leaving.REQUEST, by=administrator(), on=date(2026, 4, 11)
        )

    def close():
        with on(2026, 4, 11):
            return service.carry_out_disconnection(order.id, by=SYSTEM)

    with db.transaction():
        access.invoice_for(SYSTEM, bill.id, lock=True)
        closed = waiting(close)
        service.take_back(bill.id, Money.of("10.00", "MXN"), by=SYSTEM, refund_id=order.id)

    assert closed.result() is True


def test_a_deposit_taken_by_many_clicks_is_one(committing):
    account = AccountFactory()

    def take(_):
        amount = Money.of("500.00", "MXN")
        return service.take_deposit(account.id, amount, by=administrator(), effect_key="click").id

    assert set(at_once(10, take)) == {only(Deposit).id}


def test_a_run_asks_the_database_as_often_for_many_accounts_as_for_few(committing):
    def statements(accounts):
        for _ in range(accounts):
            line_with_plan(account=AccountFactory(), activated_at=noon(2026, 3, 1))
        db.session.remove()
        asked = []
        listen = (db.factory.kw["bind"], "before_cursor_execute", lambda *_: asked.append(1))
        event.listen(*listen)
        with on(2026, 4, 2):
            assert service.run_cycle("MX", noon(2026, 4, 1).date(), by=SYSTEM).issued == accounts
        event.remove(*listen)
        return len(asked)

    few, many = statements(3), statements(60)

    assert many <= few + 3
