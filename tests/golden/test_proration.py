"""BILLING.md, "Proration": lines that are opened, changed, blocked and closed."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.billing import queries, service
from app.billing.periods import period_containing
from app.core import db
from app.core.actor import SYSTEM
from app.subscriptions import service as lines
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.golden.conftest import account, at, bills, market, on

D = Decimal

pytestmark = pytest.mark.usefixtures("wired")


def plan(home, price):
    return OfferVersionFactory(
        price=D(price),
        currency=home.currency,
        offer__market_code=home.code,
        valid_from=datetime(2022, 1, 1, tzinfo=UTC),
    )


def change(line, home, price):
    quote = service.quote_plan_change(line.id, plan(home, price).id, by=customer(line.customer_id))
    service.take_up_quote(quote.id, by=customer(line.customer_id))
    return quote


def run(home, day):
    with on(day, home):
        service.run_cycle(home.code, day, by=SYSTEM)


@pytest.mark.parametrize("anchor", [28, 29, 30, 31])
@pytest.mark.parametrize("year", [2023, 2024])
def test_a_year_of_any_month_end_is_twelve_months_without_a_gap(anchor, year):
    """ "Month-end anchor is remembered", leap years too."""
    home = market()
    payer = account(home, billing_day=anchor)
    began = date(year, 1, anchor)
    line_with_plan(plan(home, "300.00"), account=payer, activated_at=at(began, home))

    run(home, date(year + 1, 1, anchor))

    made = bills(payer)
    assert [each.period_start for each in made] == [began] + [e.period_end for e in made[:-1]]
    ends = [each.period_end for each in made]
    assert [end.day for end in ends] == [
        min(anchor, monthrange(end.year, end.month)[1]) for end in ends
    ]
    # The first has its own month and the next in advance.
    assert [each.total for each in made] == [D("600.00")] + [D("300.00")] * 11


# Market, day of the change in a month paid in advance, credit for 300.00 and charge for 600.00.
CHANGES = [
    # The first day is a whole month, the last is one day of it.
    ({}, date(2026, 4, 1), "300.00", "600.00"),
    ({}, date(2026, 4, 30), "10.00", "20.00"),
    ({}, date(2024, 2, 29), "10.34", "20.69"),
    ({}, date(2023, 2, 28), "10.71", "21.43"),
    # Trailing part = 30 - leading days: of 27 in February 3, of 30 in a long month none.
    ({"proration": "fixed_30"}, date(2023, 2, 28), "30.00", "60.00"),
    ({"proration": "fixed_30"}, date(2024, 2, 29), "20.00", "40.00"),
    ({"proration": "fixed_30"}, date(2024, 2, 1), "300.00", "600.00"),
    ({"proration": "fixed_30"}, date(2026, 5, 31), "0.00", "0.00"),
    ({"proration": "fixed_30"}, date(2026, 5, 30), "10.00", "20.00"),
    # The day of the change is still the old plan's.
    ({"interval": "inclusive"}, date(2026, 4, 1), "290.00", "580.00"),
    ({"interval": "inclusive"}, date(2026, 4, 30), "0.00", "0.00"),
    ({"interval": "inclusive", "proration": "fixed_30"}, date(2023, 2, 27), "30.00", "60.00"),
    # 300 x 20/31 = 193.548..., 600 x 20/31 = 387.096...
    ({"currency": "JPY"}, date(2026, 5, 12), "194", "387"),
    ({"currency": "KWD"}, date(2026, 5, 12), "193.548", "387.097"),
]


@pytest.mark.parametrize(("chosen", "day", "credit", "charge"), CHANGES)
def test_a_change_of_plan(chosen, day, credit, charge):
    home = market(**chosen)
    payer = account(home)
    line = line_with_plan(plan(home, 300), account=payer, activated_at=at(date(2022, 12, 1), home))

    with on(day, home):
        quote = change(line, home, 600)

    assert (quote.credit, quote.charge) == (D(credit), D(charge))
    written = {each.amount for each in queries.open_charges(payer.id)}
    assert written == {amount for amount in (-D(credit), D(charge)) if amount}


@pytest.mark.parametrize("interval", ["half_open", "inclusive"])
@pytest.mark.parametrize("proration", ["actual_days", "fixed_30"])
def test_opened_changed_three_times_and_closed_on_one_day_costs_that_day_at_most(
    interval, proration
):
    home = market(interval=interval, proration=proration, tax_rate=D(0))
    payer = account(home)
    day = date(2026, 4, 11)
    line = line_with_plan(plan(home, 300), account=payer, activated_at=at(day, home, 9))
    for hour, price in ((10, 600), (11, 90), (12, 450)):
        with on(day, home, hour):
            change(line, home, price)
    with on(day, home, 13):
        order = service.disconnect_line(line.id, "request", by=staff("administrator"), on=day)
        assert service.carry_out_disconnection(order.id, by=SYSTEM)

    run(home, date(2026, 5, 1))

    # Half-open: nothing was used. Inclusive: the day, at the price of the plan it began with.
    paid = sum(each.total for each in bills(payer))
    assert paid == (0 if interval == "half_open" else D("10.00"))


def test_a_plan_that_is_changed_and_left_the_same_day_leaves_nothing_owed():
    """April was paid in advance: 20 of its 30 days, 200.00, come back at once, by a credit note on
    the bill of March and April. Nothing is owed for the other plan; the next run finds nothing."""
    home = market()
    payer = account(home)
    line = line_with_plan(plan(home, 300), account=payer, activated_at=at(date(2026, 3, 1), home))
    run(home, date(2026, 4, 1))
    day = date(2026, 4, 11)
    with on(day, home):
        change(line, home, 600)
        order = service.disconnect_line(line.id, "request", by=staff("administrator"), on=day)
        service.carry_out_disconnection(order.id, by=SYSTEM)

    first, *_ = bills(payer)
    assert (first.total, first.credited) == (D("600.00"), D("200.00"))
    run(home, date(2026, 5, 1))
    assert sum(each.still_due for each in bills(payer)) == D("400.00")
    assert sum(each.amount for each in queries.open_charges(payer.id)) == 0


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    anchor=st.sampled_from([1, 15, 28, 29, 30, 31]),
    begun=st.dates(date(2024, 1, 1), date(2024, 3, 31)),
    cuts=st.lists(st.integers(0, 30), max_size=3).map(sorted),
    proration=st.sampled_from(["actual_days", "fixed_30"]),
    interval=st.sampled_from(["half_open", "inclusive"]),
    currency=st.sampled_from([("JPY", 0), ("MXN", 2), ("KWD", 3)]),
    price=st.integers(1, 99_999),
)
def test_a_month_in_which_the_plan_changes_at_one_price_costs_that_price(
    anchor, begun, cuts, proration, interval, currency, price
):
    """ "The sum of parts is the price", through changes and the run; every cent of it."""
    name, places = currency
    home = market(tax_rate=D(0))
    home.currency, home.policies = name, {"proration": proration, "interval": interval}
    amount = D(price).scaleb(-places)
    payer = account(home, billing_day=anchor)
    period = period_containing(begun, anchor)
    line = line_with_plan(plan(home, amount), account=payer, activated_at=at(period.start, home, 0))
    for minute, cut in enumerate(cuts):
        day = min(period.start + timedelta(days=cut), period.last_day)
        with on(day, home, 12, minute):
            change(line, home, amount)

    run(home, period.end)

    [bill] = bills(payer)
    assert bill.total == 2 * amount, "the month, and the next in advance"


# Blocks of the month of a plan: days (from, until), what comes back in all.
BLOCKS = [
    # "249.95 plan blocked 10 of 31 days".
    ({}, "249.95", [(date(2026, 8, 11), date(2026, 8, 21))], "-80.63"),
    # 100.00 in 31 blocks of a day: 31 x 3.23 would be more than it costs.
    ({}, "100.00", [(date(2026, 8, n), date(2026, 8, n + 1)) for n in range(1, 31)], "-96.77"),
    # A whole month is the whole price, whatever a fixed month counts.
    ({"proration": "fixed_30"}, "300.00", [(date(2026, 2, 1), date(2026, 3, 1))], "-300.00"),
    ({"proration": "fixed_30"}, "300.00", [(date(2026, 8, 1), date(2026, 9, 1))], "-300.00"),
    ({"proration": "fixed_30"}, "249.95", [(date(2026, 8, 11), date(2026, 8, 21))], "-83.32"),
    (
        {"proration": "fixed_30"},
        "299.95",
        [(date(2026, 2, 1), date(2026, 2, 16)), (date(2026, 2, 16), date(2026, 3, 1))],
        "-299.95",
    ),
    # Two periods, each rounded: 5 of 31 and 5 of 31 days (40.31 each); 4 of 28 and 6 of 31.
    ({}, "249.95", [(date(2026, 7, 27), date(2026, 8, 6))], "-80.62"),
    ({}, "249.95", [(date(2026, 2, 25), date(2026, 3, 7))], "-84.09"),
]


@pytest.mark.parametrize(("chosen", "price", "blocks", "back"), BLOCKS)
def test_blocked_days_are_credited(chosen, price, blocks, back):
    home = market(**chosen)
    payer = account(home)
    line = line_with_plan(
        plan(home, price), account=payer, activated_at=at(date(2025, 12, 1), home)
    )
    for since, until in blocks:
        with on(since, home):
            block = lines.place_block(line.id, "request", "all", by=SYSTEM)
        with on(until, home):
            lines.lift_block(line.id, "request", by=SYSTEM)
            service.credit_blocked_days(block.id, by=SYSTEM)
    db.session.expire_all()

    assert sum(each.amount for each in queries.open_charges(payer.id)) == D(back)


def test_blocked_days_of_a_discounted_plan_give_back_what_was_paid_for_them():
    """31 of 31 days of 300.00 less half are 150.00: never more than what was charged."""
    home = market(tax_rate=D(0))
    payer = account(home)
    line = line_with_plan(
        plan(home, "300.00"), account=payer, activated_at=at(date(2026, 7, 1), home)
    )
    DiscountFactory(kind="tenure", off={"percent": "50"})
    run(home, date(2026, 8, 1))
    with on(date(2026, 8, 1), home):
        block = lines.place_block(line.id, "request", "all", by=SYSTEM)
    with on(date(2026, 9, 1), home):
        lines.lift_block(line.id, "request", by=SYSTEM)

        credit = service.credit_blocked_days(block.id, by=SYSTEM)

    assert credit.amount == D("-150.00")
