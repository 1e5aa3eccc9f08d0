from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.billing import queries, service
from app.billing.errors import QuoteExpired
from app.billing.models import ChargeKind
from app.billing.simulating import price_after_change
from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.core.money import Money
from app.subscriptions import queries as subscriptions
from app.subscriptions.errors import LineLeaving, SamePlan
from app.usage.queries import balance_of
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator, customer
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory

D = Decimal
pytestmark = pytest.mark.usefixtures("wired")


def plan(price, **more):
    return OfferVersionFactory(price=D(price), **more)


def line_on(price, *, day=1):
    line = line_with_plan(plan(price), activated_at=noon(2026, 4, day))
    return line, customer(line.customer_id)


def charged(line):
    return [(c.kind, c.amount) for c in queries.open_charges(line.account_id)]


def test_a_change_in_april_credits_the_old_and_charges_the_new_plan_as_quoted():
    line, by = line_on("299.00")
    new = plan("599.00")
    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, new.id, by=by)
        assert (quote.credit, quote.charge) == (D("199.33"), D("399.33"))
        assert charged(line) == []

        service.take_up_quote(quote.id, by=by)

    assert charged(line) == [
        (ChargeKind.PRORATED_CREDIT, D("-199.33")),
        (ChargeKind.PRORATED_CHARGE, D("399.33")),
    ]
    assert subscriptions.current_plan(line).offer_version_id == new.id


def test_a_quote_is_taken_up_once_however_often():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, plan("599.00").id, by=by)
        first = service.take_up_quote(quote.id, by=by).subscription_id
        second = service.take_up_quote(quote.id, by=by).subscription_id

    assert first == second
    assert len(charged(line)) == 2


def test_several_changes_on_a_day_net_to_the_direct_one():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        for price in ("99.00", "1299.00", "599.00"):
            quote = service.quote_plan_change(line.id, plan(price).id, by=by)
            service.take_up_quote(quote.id, by=by)

    assert sum(amount for _, amount in charged(line)) == D("200.00")


def test_a_change_on_the_day_of_the_bill_costs_the_difference_of_a_month():
    line, by = line_on("300.00")
    with on(2026, 5, 1):
        quote = service.quote_plan_change(line.id, plan("500.00").id, by=by)
        service.take_up_quote(quote.id, by=by)
        service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)

    [invoice] = queries.invoices_of(account_ids=[line.account_id])
    assert invoice.total == D("300.00") + D("500.00")


def test_the_bill_after_a_change_has_the_change_and_the_new_plan():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, plan("599.00").id, by=by)
        service.take_up_quote(quote.id, by=by)
    with on(2026, 5, 1):
        service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)

    [invoice] = queries.invoices_of(account_ids=[line.account_id])
    assert invoice.total == D("299.00") + D("200.00") + D("599.00")


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        pytest.param(noon(2026, 4, 11), noon(2026, 4, 11) + timedelta(minutes=30), id="too late"),
        pytest.param(
            noon(2026, 4, 11, 23) + timedelta(minutes=50), noon(2026, 4, 12, 0), id="another day"
        ),
    ],
)
def test_a_quote_that_is_too_old_is_not_taken_up(asked, taken):
    line, by = line_on("299.00")
    with clock.moved_to(asked):
        quote = service.quote_plan_change(line.id, plan("599.00").id, by=by)

    with clock.moved_to(taken), pytest.raises(QuoteExpired):
        service.take_up_quote(quote.id, by=by)


def test_a_quote_made_before_another_change_is_not_taken_up():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        stale = service.quote_plan_change(line.id, plan("599.00").id, by=by)
        other = service.quote_plan_change(line.id, plan("99.00").id, by=by)
        service.take_up_quote(other.id, by=by)

        with pytest.raises(QuoteExpired):
            service.take_up_quote(stale.id, by=by)


def test_a_prepaid_line_pays_the_whole_price():
    old = OfferVersionFactory(prepaid=True)
    line = line_with_plan(old, activated_at=noon(2026, 4, 1))
    new = plan("249.00", offer=OfferFactory(mode="prepaid"), validity_days=30)

    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, new.id, by=customer(line.customer_id))

    assert (quote.credit, quote.charge) == (D(0), D("249.00"))


def test_a_prepaid_line_is_told_the_price_after_discounts_and_not_charged_another():
    old = OfferVersionFactory(prepaid=True)
    line = line_with_plan(old, activated_at=noon(2026, 4, 1))
    new = plan("249.00", offer=OfferFactory(mode=Mode.PREPAID), validity_days=30)
    years = DiscountFactory(kind="tenure", name="Years", off={"percent": "10"})
    by = customer(line.customer_id)
    BalanceFactory(line=line, amount=D("230.00"))

    with on(2026, 4, 11):
        quote, again = (service.quote_plan_change(line.id, new.id, by=by) for _ in "ab")
        other = DiscountFactory(kind="tenure", off={"amount": "1"})
        told = price_after_change(quote)
        for years.valid_until in (None, noon(2026, 4, 10)):  # 223.10, and more than she has
            with db.transaction(), pytest.raises(QuoteExpired):
                service.take_up_quote(again.id, by=by)
            assert subscriptions.current_plan(line).offer_version_id == old.id
        assert balance_of(line.id).amount == D("230.00")
        years.valid_until, other.valid_until = None, noon(2026, 4, 10)
        service.take_up_quote(quote.id, by=by)

    assert (quote.charge, quote.off) == (D("224.10"), [("Years", Money.of("24.90", "MXN"))])
    assert told == Money.of("224.10", "MXN")
    assert (quote.taken_at, again.taken_at) == (noon(2026, 4, 11), None)
    assert balance_of(line.id).amount == D("5.90")


def test_nobody_gets_or_takes_up_quotes_of_strangers():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        quote = service.quote_plan_change(line.id, plan("599.00").id, by=by)

        with pytest.raises(NotFound):
            service.take_up_quote(quote.id, by=customer())
        with pytest.raises(NotFound):
            service.quote_plan_change(line.id, quote.offer_version_id, by=customer())


def test_nobody_is_quoted_a_plan_for_a_line_that_is_about_to_leave():
    line, by = line_on("299.00")
    with on(2026, 4, 11):
        service.disconnect_line(line.id, "request", by=administrator())

        with pytest.raises(LineLeaving) as refused:
            service.quote_plan_change(line.id, OfferVersionFactory().id, by=by)

    assert refused.value.details == {"rule": "request"}


def test_the_same_plan_is_no_change():
    line, by = line_on("299.00")
    current = subscriptions.current_plan(line).offer_version_id

    with on(2026, 4, 11), pytest.raises(SamePlan):
        service.quote_plan_change(line.id, current, by=by)
