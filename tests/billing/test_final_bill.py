"""The final bill, at once when an account's last line is disconnected.

Pro-ration: BILLING.md `actual_days` and `fixed_30`; the arithmetic is with each case.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.billing import queries, service
from app.billing.events import InvoicesIssued, LineLeft
from app.billing.models import CreditNote, DepositUse, Invoice, InvoiceStatus
from app.billing.periods import period_after, period_containing
from app.billing.proration import Proration, rest
from app.billing.service.leaving import carry_out_disconnection
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.money import Money, Rounding
from app.subscriptions.models import LineStatus
from tests.billing.committed import at_once
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.heard import heard

D = Decimal
pytestmark = pytest.mark.filterwarnings("error")


def line_of(price="300.00", *, since=(2026, 3, 1), **account):
    made = account.pop("account", None) or AccountFactory(**account)
    version = OfferVersionFactory(price=D(price), currency=made.currency)
    return line_with_plan(version, account=made, activated_at=noon(*since))


def run(year, month, day):
    with on(year, month, day):
        return service.run_cycle("MX", date(year, month, day), by=SYSTEM).issued


def leaves(line, year, month, day):
    with on(year, month, day):
        service.disconnect_line(line.id, "request", by=administrator(), on=date(year, month, day))
        assert service.carry_out_disconnections(by=SYSTEM) == 1


def bills(line):
    query = select(Invoice).where(Invoice.account_id == line.account_id)
    return db.session.scalars(query.order_by(Invoice.period_start)).all()


def spans(line):
    return [(each.period_start, each.period_end) for each in bills(line)]


def notes_of(line):
    query = select(CreditNote).join(Invoice, Invoice.id == CreditNote.invoice_id)
    return db.session.scalars(query.where(Invoice.account_id == line.account_id)).all()


@pytest.mark.usefixtures("wired")
class TestGolden:
    def test_a_line_never_billed_pays_the_days_it_had(self):
        """April has 30 days: 5th to 30th is 300 × 26/30 = 260.00; of it the 21st to 30th comes
        back, 300 × 10/30 = 100.00: 160.00 for the 16 days from the 5th to the 20th."""
        line = line_of(since=(2026, 4, 5))

        with heard(InvoicesIssued) as said:
            leaves(line, 2026, 4, 21)

        [final] = bills(line)
        assert [each.amount for each in final.charges] == [D("260.00"), D("-100.00")]
        assert (final.total, final.net, final.tax) == (D("160.00"), D("137.93"), D("22.07"))
        assert spans(line) == [(date(2026, 4, 1), date(2026, 4, 22))]
        assert said == [InvoicesIssued((final.id,))]
        assert final.due_on == date(2026, 5, 1), "ten days after the day it was issued"

    def test_days_paid_in_advance_come_back_by_a_credit_note(self):
        """Billed on April 1 for March and April, 600.00; the 21st to 30th comes back, 300 × 10/30
        = 100.00. The market's prices include the tax: 100.00 = 86.21 + 13.79."""
        line = line_of()
        run(2026, 4, 1)

        leaves(line, 2026, 4, 21)

        billed, final = bills(line)
        [note] = notes_of(line)
        assert (note.amount, note.net, note.tax) == (D("100.00"), D("86.21"), D("13.79"))
        assert (billed.due, final.due) == (mxn("500.00"), mxn("0.00"))
        assert final.status is InvoiceStatus.PAID

    def test_tax_on_top_of_the_price_comes_back_with_it(self):
        """India, 18 % on top: 10 of 30 days of 300.00 are 100.00, with 18.00 of tax 118.00."""
        market = MarketFactory(india=True)
        line = line_of(customer__market=market)
        with on(2026, 4, 2):
            service.run_cycle("IN", date(2026, 4, 1), by=SYSTEM)

        leaves(line, 2026, 4, 21)

        [note] = notes_of(line)
        assert (note.amount, note.net, note.tax) == (D("118.00"), D("100.00"), D("18.00"))

    def test_a_fixed_month_has_thirty_days(self):
        """fixed_30 in May (31 days): left on the 21st after 20 leading days, 30 − 20 = 10 of 30
        days of 300.00 come back: 100.00, where actual days would give 300 × 11/31 = 106.45."""
        MarketFactory(policies={"proration": "fixed_30"})
        line = line_of(since=(2026, 5, 1))

        leaves(line, 2026, 5, 21)

        [final] = bills(line)
        assert final.total == D("200.00")

    def test_usage_so_far_is_on_it(self):
        """160.00 for the days as above, and 13.86 beyond the allowance: 173.86."""
        line = line_of(since=(2026, 4, 5))
        UsageRecordFactory(line=line, started_at=noon(2026, 4, 20), charged=D("13.86"))

        leaves(line, 2026, 4, 21)

        [final] = bills(line)
        assert final.total == D("173.86")

    def test_a_month_that_no_run_has_billed_yet_has_its_own_bill_before(self):
        """March, 300.00, and April in advance, 300.00, on one; April's 100.00 back on the other."""
        line = line_of()

        leaves(line, 2026, 4, 21)

        assert spans(line) == [
            (date(2026, 3, 1), date(2026, 4, 1)),
            (date(2026, 4, 1), date(2026, 4, 22)),
        ]
        assert [each.due for each in bills(line)] == [mxn("500.00"), mxn("0.00")]


def mxn(amount):
    return Money.of(amount, "MXN")


@pytest.mark.usefixtures("wired")
class TestOnce:
    def test_the_next_run_finds_nothing_to_bill(self):
        line = line_of(since=(2026, 4, 5))
        leaves(line, 2026, 4, 21)

        assert (run(2026, 5, 1), run(2026, 6, 1)) == (0, 0)

    def test_usage_that_arrives_later_is_on_a_bill_of_the_rest_of_the_month(self):
        line = line_of(since=(2026, 4, 5))
        leaves(line, 2026, 4, 21)
        UsageRecordFactory(line=line, started_at=noon(2026, 4, 20), charged=D("5.00"))

        assert run(2026, 5, 1) == 1

        _, late = bills(line)
        [charge] = late.charges
        assert (late.total, charge.because["prior"]) == (D("5.00"), True)
        assert spans(line)[1] == (date(2026, 4, 22), date(2026, 5, 1))

    def test_only_the_last_line_of_an_account_brings_it(self):
        first = line_of(since=(2026, 4, 5))
        second = line_of(since=(2026, 4, 5), account=first.account)

        leaves(first, 2026, 4, 11)
        assert bills(first) == []
        leaves(second, 2026, 4, 21)

        [final] = bills(first)
        assert final.total == D("60.00") + D("160.00"), "6 and 16 of 30 days of 300.00"

    def test_an_account_that_has_a_line_again_is_billed_from_there_on(self):
        """The 26th to the 30th: 300 × 5/30 = 50.00; and May in advance."""
        line = line_of(since=(2026, 4, 5))
        leaves(line, 2026, 4, 21)
        line_of(since=(2026, 4, 26), account=line.account)

        run(2026, 5, 1)

        assert spans(line)[1] == (date(2026, 4, 22), date(2026, 5, 1))
        assert [each.amount for each in bills(line)[1].charges] == [D("50.00"), D("300.00")]

    def test_numbers_have_no_gap(self):
        line, other = line_of(), line_of()
        run(2026, 4, 1)
        leaves(line, 2026, 4, 21)
        run(2026, 5, 1)

        numbers = sorted(each.number for each in [*bills(line), *bills(other)])
        assert numbers == [f"INV-MX-2026-{n:06d}" for n in range(1, 5)]

    def test_killed_on_the_way_nothing_has_happened_and_again_it_does(self):
        line = line_of(since=(2026, 4, 5))
        line_id = line.id

        def die(_event):
            raise RuntimeError("killed")

        with on(2026, 4, 21):
            service.disconnect_line(line.id, "request", by=administrator(), on=date(2026, 4, 21))
            events._tables.in_transaction[LineLeft] = [die]
            assert service.carry_out_disconnections(by=SYSTEM) == 0
            db.session.expire_all()
            assert (line.status, bills(line)) == (LineStatus.ACTIVE, [])
            del events._tables.in_transaction[LineLeft]

            assert service.carry_out_disconnections(by=SYSTEM) == 1

        assert [each.number for each in bills(line)] == ["INV-MX-2026-000001"]
        assert line.id == line_id

    def test_a_prepaid_line_leaves_without(self):
        line = line_with_plan(OfferVersionFactory(prepaid=True), activated_at=noon(2026, 4, 5))

        leaves(line, 2026, 4, 21)

        assert bills(line) == []


def test_two_last_lines_that_leave_at_once_bring_one_bill(committing, hearing):
    first = line_with_plan()
    second = line_with_plan(account=first.account)
    today = clock.today("America/Mexico_City")
    orders = [
        service.disconnect_line(line.id, "request", by=administrator(), on=today).id
        for line in (first, second)
    ]

    done = at_once(4, lambda n: carry_out_disconnection(orders[n % 2], by=SYSTEM))

    assert sorted(done) == [False, False, True, True]
    [final] = bills(first)
    assert len(final.charges) == 4, "each line's day, charged and given back"


@pytest.mark.usefixtures("wired")
class TestHeldMoney:
    def test_deposits_pay_what_is_open_the_oldest_bill_first(self):
        line = line_of(since=(2026, 4, 5))
        old = InvoiceFactory(account=line.account, due_on=date(2026, 3, 10))
        deposit = self.deposit(line, "400.00")

        leaves(line, 2026, 4, 21)

        final = bills(line)[-1]
        assert (old.status, final.due) == (InvoiceStatus.PAID, mxn("59.00"))
        assert [each.amount for each in db.session.scalars(select(DepositUse))] == [
            D("299.00"),
            D("101.00"),
        ]
        assert (deposit.left, deposit.returned_at is not None) == (mxn("0.00"), True)

    def test_what_is_left_of_a_deposit_is_given_back(self):
        line = line_of(since=(2026, 4, 5))
        deposit = self.deposit(line, "500.00")
        leaves(line, 2026, 4, 21)

        with on(2026, 4, 22):
            service.give_back_deposit(deposit.id, by=administrator())

        assert (deposit.used, deposit.left) == (D("160.00"), mxn("340.00"))

    def test_a_deposit_does_not_pay_what_is_disputed(self):
        line = line_of(since=(2026, 4, 5))
        old = InvoiceFactory(account=line.account)
        service.hold(old.id, mxn("299.00"), "dispute:1", by=SYSTEM)
        self.deposit(line, "500.00")

        leaves(line, 2026, 4, 21)

        assert (old.due, bills(line)[-1].due) == (mxn("299.00"), mxn("0.00"))

    def test_credit_of_a_paid_bill_pays_what_else_is_open(self):
        line = line_of()
        run(2026, 4, 1)
        [billed] = bills(line)
        service.settle(billed.id, mxn("600.00"), by=SYSTEM, payment_id=billed.id)
        old = InvoiceFactory(account=line.account, period_start=date(2026, 1, 1))

        leaves(line, 2026, 4, 21)

        assert (old.due, queries.credit_of(line.account_id)) == (mxn("199.00"), mxn("0.00"))

    def deposit(self, line, amount):
        return service.take_deposit(
            line.account_id, mxn(amount), by=administrator(), effect_key=amount
        )


days = st.integers(1, 120)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(st.tuples(days, st.integers(0, 60)), min_size=1, max_size=3),
    runs=st.sets(days, max_size=4),
    billing_day=st.integers(1, 31),
)
def test_every_day_of_an_account_is_on_one_bill(database, hearing, lines, runs, billing_day):
    """Lines come and go, runs come when they come: bills never overlap, and all that was charged
    for a line is what its days cost."""
    account = AccountFactory(billing_day=billing_day)
    start = date(2026, 1, 1)
    made = {}
    steps = sorted(
        [(begin, "come", n) for n, (begin, _) in enumerate(lines)]
        + [(begin + more, "go", n) for n, (begin, more) in enumerate(lines)]
        + [(day, "run", 0) for day in runs]
        + [(260, "run", 0)],
        key=lambda step: (step[0], ["come", "go", "run"].index(step[1])),
    )
    for after, what, which in steps:
        day = start + timedelta(days=after)
        with clock.moved_to(
            noon(day.year, day.month, day.day, 11 + ["come", "go", "run"].index(what))
        ):
            if what == "come":
                made[which] = line_with_plan(
                    OfferVersionFactory(price=D("310.00")), account=account
                )
            elif what == "go":
                service.disconnect_line(made[which].id, "request", by=administrator(), on=day)
                service.carry_out_disconnections(by=SYSTEM)
            else:
                service.run_cycle("MX", day, by=SYSTEM)

    query = select(Invoice).where(Invoice.account_id == account.id)
    found = db.session.scalars(query.order_by(Invoice.period_start)).all()
    assert all(a.period_end <= b.period_start for a, b in pairwise(found))
    charged = sum((each.amount for one in found for each in one.charges if each.line_id), D(0))
    assert charged == sum((owed(line, billing_day) for line in made.values()), D(0))
    waiting = sum((each.amount for each in queries.open_charges(account.id)), D(0))
    assert waiting == 0


def owed(line, billing_day):
    """Month by month: the price, less what comes back from the day it left, cent by cent."""
    began, left = (
        each.astimezone(noon(2026, 1, 1).tzinfo).date()
        for each in (line.activated_at, line.closed_at)
    )
    period, sum_of_all = period_containing(began, billing_day), D(0)
    price = mxn("310.00")
    while period.start <= left:
        given = max(began, period.start)
        sum_of_all += rest(price, period, given, Proration.ACTUAL_DAYS, Rounding.HALF_UP).amount
        if left in period:
            sum_of_all -= rest(price, period, left, Proration.ACTUAL_DAYS, Rounding.HALF_UP).amount
        period = period_after(period, billing_day)
    return sum_of_all
