"""The golden figures of proration that concern changes of plan, through the services.

From the market rules; the three changes in May are Kill Bill's.
"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.billing import queries, service
from app.billing.periods import Period
from app.billing.policies import policies_of
from app.billing.recurring import Term, end_credit, start_charge
from app.billing.service.period_end import period_end_of
from app.core import db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from app.subscriptions import service as lines
from tests.billing.conftest import noon, on
from tests.factories.actors import customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

D = Decimal


def plan(price):
    return OfferVersionFactory(price=D(price))


def change(line, price):
    quote = service.quote_plan_change(line.id, plan(price).id, by=customer(line.customer_id))
    service.take_up_quote(quote.id, by=customer(line.customer_id))
    return quote


def open_amounts(line):
    return [each.amount for each in queries.open_charges(line.account_id)]


@pytest.mark.usefixtures("wired")
class TestGoldens:
    def test_three_plans_in_may_leave_a_credit_that_pays_june(self):
        line = line_with_plan(plan("599.95"), activated_at=noon(2026, 4, 1))
        with on(2026, 5, 1):
            service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)

        with on(2026, 5, 7):
            quote = change(line, "9.95")
            assert (-quote.credit, quote.charge) == (D("-483.83"), D("8.02"))
            assert -sum(open_amounts(line)) == D("475.81")
        with on(2026, 5, 8):
            quote = change(line, "29.95")
            assert (-quote.credit, quote.charge) == (D("-7.70"), D("23.19"))
            assert -sum(open_amounts(line)) == D("475.81") - D("15.49")
        with on(2026, 6, 1):
            service.run_cycle("MX", date(2026, 6, 1), by=SYSTEM)

        june = queries.invoices_of(account_ids=[line.account_id])[0]
        assert (june.total, june.is_open) == (0, False)
        assert open_amounts(line) == [-(D("475.81") - D("15.49") - D("29.95"))]

    def test_a_fixed_month_is_cut_alike_in_two_months(self):
        market = MarketFactory()
        market.policies = {**market.policies, "proration": "fixed_30"}
        db.session.commit()
        line = line_with_plan(
            plan("19.95"),
            account=AccountFactory(billing_day=15),
            activated_at=noon(2026, 1, 15),
        )

        quotes = []
        for month in (3, 4):
            with on(2026, month, 23):
                quotes.append(change(line, "19.95"))

        assert [each.credit for each in quotes] == [D("14.63")] * 2
        assert D("5.32") + D("14.63") == D("19.95")

    def test_299_to_599_on_the_eleventh_of_april(self):
        line = line_with_plan(plan("299.00"), activated_at=noon(2026, 3, 1))

        with on(2026, 4, 11):
            quote = change(line, "599.00")

        assert (quote.credit, quote.charge) == (D("199.33"), D("399.33"))
        assert quote.charge - quote.credit == D("200.00")

    def test_a_change_at_the_end_of_the_period_costs_no_part_of_a_month(self):
        line = line_with_plan(plan("299.00"), activated_at=noon(2026, 4, 1))
        with on(2026, 4, 11):
            waits = service.schedule_plan_change(
                line.id, plan("599.00").id, by=customer(line.customer_id), effect_key="a"
            )
            assert waits.due_at == noon(2026, 5, 1, 0)
        with on(2026, 5, 1, 0):
            assert lines.carry_out_changes() == 1
        with on(2026, 5, 1):
            service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)

        [bill] = queries.invoices_of(account_ids=[line.account_id])
        assert bill.total == D("299.00") + D("599.00")

    def test_a_month_that_ends_on_the_31st_remembers_its_day(self):
        line = line_with_plan(
            account=AccountFactory(billing_day=31), activated_at=noon(2024, 1, 31)
        )
        ends = []
        for month, day in ((2, 1), (3, 1), (4, 1), (5, 1)):
            with on(2024, month, day):
                ends.append(period_end_of(line))

        assert ends == [noon(2024, m, d, 0) for m, d in ((2, 29), (3, 31), (4, 30), (5, 31))]

    @settings(
        max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        first=st.integers(1, 999),
        between=st.lists(st.integers(1, 999), max_size=3),
        last=st.integers(1, 999),
        day=st.integers(1, 30),
    )
    def test_changes_on_one_day_net_to_the_direct_one(self, first, between, last, day):
        def line():
            return line_with_plan(
                plan(first), account=AccountFactory(), activated_at=noon(2026, 3, 1)
            )

        roundabout, direct = line(), line()
        with on(2026, 4, day):
            for price in (*between, last):
                change(roundabout, price)
            change(direct, last)

        assert sum(open_amounts(roundabout)) == sum(open_amounts(direct))


MONTHS = st.dates(date(2024, 1, 1), date(2027, 12, 1)).map(
    lambda day: Period(day.replace(day=1), date(day.year + day.month // 12, day.month % 12 + 1, 1))
)


@settings(deadline=None)
@given(
    period=MONTHS,
    price=st.decimals(0, 5000, places=2),
    days=st.lists(st.integers(0, 27), min_size=2, max_size=2).map(sorted),
    proration=st.sampled_from(["actual_days", "fixed_30"]),
)
def test_a_plan_is_never_credited_below_what_was_charged_for_it(period, price, days, proration):
    market = MarketFactory.build()
    market.policies = {**market.policies, "proration": proration}
    policies = policies_of(market)
    starts, ends = (period.start.replace(day=day + 1) for day in days)
    term = Term(new_id(), new_id(), "55", "Plus", Money(price, "MXN"), starts, ends)

    charge = start_charge(term, period, policies).amount
    credit = end_credit(term, ends, period, policies).amount

    assert Money.zero("MXN") <= charge + credit <= term.price
    assert credit <= Money.zero("MXN")
    if starts == ends:
        assert not charge + credit


@settings(deadline=None)
@given(period=MONTHS, price=st.decimals(0, 5000, places=2), day=st.integers(0, 27))
def test_the_two_parts_of_a_month_are_its_price(period, price, day):
    policies = policies_of(MarketFactory.build())
    change_on = period.start.replace(day=day + 1)
    term = Term(new_id(), new_id(), "55", "Plus", Money(price, "MXN"), period.start, change_on)

    used = start_charge(term, period, policies).amount
    unused = -end_credit(term, change_on, period, policies).amount

    assert used == term.price
    assert Money.zero("MXN") <= unused <= term.price
