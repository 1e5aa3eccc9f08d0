"""Whose day the day of a change is: BILLING.md, policy `interval`; the figures are arithmetic."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing import queries, service
from app.billing.models import ChargeKind
from app.billing.periods import period_after, period_containing
from app.billing.policies import Policies
from app.billing.recurring import Term, charges_of, end_credit, start_charge
from app.billing.taxes import TaxRule
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money, Rounding, total
from app.markets.policies import Interval, Proration
from tests.billing.conftest import noon, on
from tests.factories.actors import customer
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

D = Decimal
APRIL = period_containing(date(2026, 4, 1), 1)


def policies(interval, proration=Proration.ACTUAL_DAYS):
    tax = TaxRule(D("0.16"), True)
    return Policies(proration, Rounding.HALF_UP, tax, (), 10, interval)


def term(price, **more):
    ids = {"subscription_id": new_id(), "line_id": new_id(), "number": "1", "name": "Plus"}
    return Term(**ids, price=Money.of(price, "MXN"), **more)


@pytest.mark.parametrize(
    ("interval", "credit", "charge"),
    [
        pytest.param(Interval.HALF_OPEN, "-199.33", "399.33", id="20 days left for both"),
        pytest.param(Interval.INCLUSIVE, "-189.37", "379.37", id="19: the 11th was the old plan's"),
    ],
)
def test_a_change_on_the_eleventh_of_april(interval, credit, charge):
    chosen, day = policies(interval), date(2026, 4, 11)
    old = term("299", starts_on=APRIL.start, ends_on=day)
    new = term("599", starts_on=day, succeeds=True)

    assert end_credit(old, day, APRIL, chosen).amount.amount == D(credit)
    assert start_charge(new, APRIL, chosen).amount.amount == D(charge)


@pytest.mark.parametrize("interval", list(Interval))
def test_a_first_plan_is_paid_from_the_day_it_starts(interval):
    started = term("300", starts_on=date(2026, 4, 11))

    assert start_charge(started, APRIL, policies(interval)).amount.amount == D("200.00")


def test_what_ends_on_the_last_day_of_an_inclusive_period_is_paid_in_full():
    ending = term("300", starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 30))
    found = charges_of(ending, APRIL, period_after(APRIL, 1), policies(Interval.INCLUSIVE))

    assert [charge.amount.amount for charge in found] == [0]


@given(
    interval=st.sampled_from(list(Interval)),
    proration=st.sampled_from(list(Proration)),
    days=st.lists(st.integers(0, 29), min_size=1, max_size=4).map(sorted),
    cents=st.integers(1, 100_000),
)
def test_the_parts_of_a_month_with_changes_at_one_price_sum_to_the_price(
    interval, proration, days, cents
):
    chosen, price = policies(interval, proration), str(D(cents) / 100)
    changes = [APRIL.start + timedelta(days=day) for day in days]
    paid = [Money.of(price, "MXN")]  # the month was paid in advance
    for place, day in enumerate(changes):
        old = term(price, starts_on=changes[place - 1] if place else APRIL.start, ends_on=day)
        new = term(price, starts_on=day, succeeds=True)
        paid.append(end_credit(old, day, APRIL, chosen).amount)
        paid.append(start_charge(new, APRIL, chosen).amount)

    assert total(paid, "MXN") == Money.of(price, "MXN")


@pytest.mark.usefixtures("wired")
def test_the_run_bills_a_change_as_it_was_quoted_where_intervals_are_inclusive():
    market = MarketFactory(india=True, policies={"interval": "inclusive"})
    account = AccountFactory(customer=CustomerFactory(market=market))
    line = line_with_plan(
        OfferVersionFactory(price=D("299"), currency="INR"),
        account=account,
        activated_at=noon(2026, 3, 1),
    )
    with on(2026, 4, 2):
        service.run_cycle("IN", date(2026, 4, 1), by=SYSTEM)
    version = OfferVersionFactory(price=D("599"), currency="INR", offer__market_code="IN")

    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, version.id, by=customer(line.customer_id))
        service.take_up_quote(quote.id, by=customer(line.customer_id))
    with on(2026, 5, 2):
        service.run_cycle("IN", date(2026, 5, 1), by=SYSTEM)

    assert (quote.credit, quote.charge) == (D("189.37"), D("379.37"))
    last = queries.invoices_of(account_ids=[account.id])[0]
    assert [(c.kind, c.amount) for c in queries.invoice_with_lines(last.id).charges] == [
        (ChargeKind.PRORATED_CREDIT, D("-189.37")),
        (ChargeKind.PRORATED_CHARGE, D("379.37")),
        (ChargeKind.RECURRING, D("599.00")),
    ]
