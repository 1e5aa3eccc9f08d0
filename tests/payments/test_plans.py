"""Payment plans: offered for what is overdue, dunning held while kept, broken when missed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.billing import access
from app.billing import service as billing
from app.billing.models import DunningStep
from app.billing.queries import open_invoices
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from app.customers.models import Account
from app.payments import service
from app.payments.errors import NoPlanPossible, PlanOutOfBounds
from app.payments.events import PaymentPlanEnded
from app.payments.models import PaymentPlan, PlanStatus
from app.payments.service import plans
from tests.billing.committed import at_once, count, only, waiting
from tests.factories.actors import customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

AGENT = staff("agent")
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
DUE = date(2026, 3, 10)


@pytest.fixture
def overdue(database):
    """An account with two overdue bills of 299.00 each and one that is not due yet."""
    with clock.moved_to(NOW):
        account = AccountFactory()
        for day, start in ((DUE, 1), (date(2026, 3, 15), 2), (date(2026, 4, 1), 3)):
            InvoiceFactory(account=account, due_on=day, period_start=date(2026, start, 1))
        yield account


def pay(plan, amount):
    """Of the oldest bill that is open."""
    account = db.session.get_one(Account, plan.account_id)
    invoice = open_invoices(account.customer_id)[0]
    service.record_payment(
        invoice.id,
        by=SYSTEM,
        method={},
        transaction_id=f"t-{amount}-{clock.now()}",
        at=clock.now(),
        amount=Money.of(amount, "MXN"),
    )


def test_all_that_is_overdue_can_be_paid_in_instalments(overdue):
    offer = service.offer_plan(overdue.id, by=customer(overdue.customer_id))

    assert offer.amount == Money.of("598.00", "MXN")
    assert sorted(offer.choices) == [2, 3, 4, 5, 6]
    assert [part.due_on for part in offer.choices[2]] == [date(2026, 3, 27), date(2026, 4, 27)]


def test_instalments_are_not_smaller_than_the_market_wants(database):
    with clock.moved_to(NOW):
        invoice = InvoiceFactory(due_on=DUE, total=Decimal("120.00"))
        offer = service.offer_plan(invoice.account_id, by=AGENT)

    assert sorted(offer.choices) == [2]


def test_without_anything_overdue_there_is_no_plan(database):
    account = InvoiceFactory().account

    assert service.offer_plan(account.id, by=AGENT) is None
    with pytest.raises(NoPlanPossible):
        service.agree_plan(account.id, 2, by=AGENT)


def test_the_market_bounds_the_number_of_instalments(overdue):
    with pytest.raises(PlanOutOfBounds):
        service.agree_plan(overdue.id, 7, by=AGENT)


def test_nobody_else_sees_or_agrees_to_it(overdue):
    with pytest.raises(NotFound):
        service.offer_plan(overdue.id, by=customer())
    with pytest.raises(Forbidden):
        service.agree_plan(overdue.id, 2, by=staff("auditor"))


def test_dunning_waits_while_the_plan_is_kept_and_goes_on_when_it_is_broken(overdue):
    line_with_plan(account=overdue)
    plan = service.agree_plan(overdue.id, 2, by=AGENT)
    late = DUE + timedelta(days=30)

    billing.apply_dunning("MX", late, by=SYSTEM)
    assert count(DunningStep) == 1  # the notice of the bill that is not in the plan

    with clock.moved_to(datetime(2026, 3, 29, 18, tzinfo=UTC)), heard(PaymentPlanEnded) as said:
        assert service.check_plans() == 1
        assert service.check_plans() == 0
    assert ([event.status for event in said], plan.status) == (["broken"], PlanStatus.BROKEN)

    billing.apply_dunning("MX", late, by=SYSTEM)
    assert count(DunningStep) > 1


def test_a_plan_that_is_paid_in_time_is_kept(overdue):
    plan = service.agree_plan(overdue.id, 2, by=AGENT)
    pay(plan, "299.00")
    with clock.moved_to(datetime(2026, 4, 20, 18, tzinfo=UTC)):
        assert service.check_plans() == 0
        assert plans.standing_of(plan).paid == Money.of("299.00", "MXN")
        pay(plan, "299.00")
        assert service.check_plans() == 1

    assert plan.status is PlanStatus.KEPT


def test_the_last_moment_of_an_instalment_is_its_day_and_the_grace_after(overdue):
    plan = service.agree_plan(overdue.id, 2, by=AGENT)

    with clock.moved_to(datetime(2026, 3, 29, 5, 59, tzinfo=UTC)):  # still the 28th in Mexico
        assert service.check_plans() == 0
    assert plan.status is PlanStatus.ACTIVE


def test_a_plan_is_agreed_while_money_of_its_bill_goes_back(committing):
    """The bills before the account: nobody waits in a ring."""
    invoice = InvoiceFactory(due_on=date(2026, 1, 1), paid=Decimal("99.00"))

    with db.transaction():
        access.invoice_for(SYSTEM, invoice.id, lock=True)
        agreed = waiting(lambda: service.agree_plan(invoice.account_id, 2, by=AGENT).amount)
        billing.take_back(invoice.id, Money.of("99.00", "MXN"), by=SYSTEM, refund_id=invoice.id)

    assert agreed.result() == Decimal("299.00")


def test_agreeing_at_once_is_one_plan(committing):
    account = InvoiceFactory(due_on=date(2026, 1, 1)).account

    results = at_once(10, lambda _: service.agree_plan(account.id, 2, by=AGENT).id)

    assert set(results) == {only(PaymentPlan).id}
