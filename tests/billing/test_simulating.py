from decimal import Decimal

import pytest

from app.billing.service import quote_plan_change
from app.billing.simulating import price_after_change, simulate
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import Service
from app.core.actor import SYSTEM
from app.core.errors import NotFound
from app.core.money import Money
from tests.factories.actors import agent
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan


def plan(price, service=Service.MOBILE, **more):
    return OfferVersionFactory(
        offer=OfferFactory(service=service, name=f"{service} {price}"), price=Decimal(price), **more
    )


@pytest.fixture
def account(database):
    made = AccountFactory()
    line_with_plan(plan("299.00"), account=made)
    return made


def test_what_she_would_pay_with_the_rest_of_a_bundle_and_a_code(account):
    DiscountFactory(bundle=True, off={"percent": "15"}, name="Triple Play", priority=1)
    DiscountFactory(code="HOLA", off={"amount": "100"})
    chosen = [plan("449", Service.FIBRE).id, plan("249", Service.TV).id]

    found = simulate(account.id, chosen, "hola", by=agent())

    assert [item.amount.amount for item in found.items] == [299, 449, 249]
    assert [(each.rule.name, str(each.amount.amount)) for each in found.discounts] == [
        ("Triple Play", "149.55"),
        ("Welcome", "100.00"),
    ]
    assert found.taxed.total == Money.of("747.45", "MXN")
    assert found.hindrances == []


def test_what_stands_in_the_way_is_told(account):
    student = plan("99", conditions={"segments": ["student"]})

    found = simulate(account.id, [student.id], "NOPE", by=agent())

    assert [(each.what, list(each.reasons)) for each in found.hindrances] == [
        ("mobile 99", ["Only for customers of the segment student."]),
        ("NOPE", ["This code is not valid."]),
    ]


def test_add_ons_are_added_and_not_reduced(account):
    DiscountFactory(kind="tenure", off={"percent": "10"})
    extra = OfferVersionFactory(add_on=True, price=Decimal(50))

    found = simulate(account.id, [extra.id], by=agent())

    assert found.extras == [("Plus 20GB", Money.of("50", "MXN"))]
    assert found.taxed.total == Money.of("319.10", "MXN")  # 299 − 29.90 + 50


def test_tax_rounded_by_the_line_is_of_what_the_discount_leaves_as_on_a_bill(database):
    market = MarketFactory(tax_inclusive=False, policies={"tax_rounding": "per_line"})
    account = AccountFactory(customer__market=market)
    line_with_plan(plan("25.30"), account=account)
    DiscountFactory(kind="tenure", off={"percent": "10"})

    found = simulate(account.id, [], by=agent())

    # 16 % of 22.77: not 4.05 of 25.30 less 0.40 of 2.53.
    assert found.taxed.tax == Money.of("3.64", "MXN")


def test_what_is_not_sold_here_and_who_may_not_ask(account):
    with pytest.raises(OfferNotAvailable):
        simulate(account.id, [plan("9", valid_until=account.created_at).id], by=agent())
    with pytest.raises(NotFound):
        simulate(account.id, [], by=agent(markets=["BR"]))


def test_a_changed_plan_is_told_with_the_discount_it_would_have(account):
    line, dearer = line_with_plan(plan("100"), account=account), plan("200")
    quote = quote_plan_change(line.id, dearer.id, by=SYSTEM)
    assert price_after_change(quote) is None

    DiscountFactory(kind="multi_line", terms={"tiers": [{"since": "2", "percent": "10"}]})

    assert price_after_change(quote) == Money.of("180.00", "MXN")
