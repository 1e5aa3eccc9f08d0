from datetime import UTC, datetime

import pytest

from app.catalog.models import Discount, DiscountKind
from tests.billing.committed import count, only
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")

BUNDLE = {
    "market": "MX",
    "kind": "bundle",
    "code": "triple",
    "name": "Triple Play",
    "stackable": "yes",
    "tier_percent_0": "15",
    "part_is_mobile": "yes",
    "part_offers_mobile": "plus-20gb, max",
    "part_is_fibre": "yes",
    "only_cities": "Puebla, Mérida",
}


@pytest.fixture(autouse=True)
def mexico(app):
    return MarketFactory()


def test_a_bundle_is_offered_and_told_in_the_list(office):
    answer = office.post("/office/discounts", data=BUNDLE)

    made = only(Discount)
    assert answer.headers["HX-Redirect"] == "/office/discounts?market=MX"
    assert (made.kind, made.stackable, made.conditions) == (
        DiscountKind.BUNDLE,
        True,
        {"cities": ["Puebla", "Mérida"]},
    )
    assert made.terms["parts"] == [
        {"service": "mobile", "offers": ["plus-20gb", "max"]},
        {"service": "fibre", "offers": []},
    ]
    DiscountFactory(bundle=True, name="Made before parts named plans")
    page = office.get("/office/discounts").text
    assert "15 % off." in page
    assert "For whoever has Mobile (plus-20gb, max) + Fibre." in page
    assert "Cities: Puebla, Mérida" in page


def test_a_promotion_keeps_its_limits(office):
    promotion = {
        "market": "MX",
        "kind": "promotion",
        "code": "HOLA",
        "name": "Hola",
        "tier_amount_0": "50",
        "months": "3",
        "total_limit": "1000",
        "account_limit": "1",
        "valid_from": "2998-12-31T00:00",
        "valid_until": "2999-12-31T00:00",
    }
    office.post("/office/discounts", data=promotion)

    made = only(Discount)
    assert (made.months, made.total_limit, made.account_limit) == (3, 1000, 1)
    assert made.valid_until == datetime(2999, 12, 31, 6, tzinfo=UTC)  # midnight in Mexico
    page = office.get("/office/discounts?market=MX").text
    assert [said in page for said in ("MX$50.00 off a month.", "For 3 months.", "0 / 1000")] == [
        True,
        True,
        True,
    ]
    assert "Not together with others." in page


def test_a_discount_is_ended(office):
    made = DiscountFactory()

    office.post(f"/office/discounts/{made.id}/withdraw")

    assert only(Discount).valid_until is not None
    assert "Ended" in office.get("/office/discounts").text


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "gift"}, "kind"),
        ({"tier_percent_0": "101"}, "tiers"),
        ({"tier_percent_0": "x"}, "tier_percent_0"),
        ({"tier_percent_0": ""}, "tiers"),
        ({"tier_amount_0": "5"}, "tiers"),
        ({"part_is_fibre": ""}, "parts"),
        ({"code": ""}, "code"),
        ({"months": "many"}, "months"),
        ({"only_max_lines": "x"}, "only_max_lines"),
        ({"valid_until": "2020-01-01T00:00"}, "valid_until"),
        ({"redeemed": "0"}, "redeemed"),
    ],
)
def test_what_cannot_be_offered_is_refused_by_its_field(office, more, field):
    answer = office.post("/office/discounts", data={**BUNDLE, **more})

    assert (answer.status_code, answer.headers["X-Field"]) == (400, field)
    assert count(Discount) == 0


def test_the_simulator_finds_a_customer_and_explains_what_she_would_pay(office):
    account = AccountFactory()
    line_with_plan(account=account)
    DiscountFactory(
        kind="multi_line", name="Family", terms={"tiers": [{"since": "2", "percent": "10"}]}
    )
    extra = OfferVersionFactory(offer=OfferFactory(name="Max Unlimited"))

    found = office.get("/office/simulator?q=valeria").text
    alone = office.get(f"/office/simulator?customer={account.customer_id}").text
    more = office.get(f"/office/simulator?account={account.id}&offer={extra.id}&code=NOPE").text

    assert f"customer={account.customer_id}" in found
    assert "No discount applies." in alone
    assert "Family" in more
    assert "MX$538.20" in more  # 2 × 299 less 10 %
    assert "This code is not valid." in more


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("account=x", 400),
        ("customer=%00", 400),
        ("customer=01890000-0000-7000-8000-000000000000", 404),
        ("q=%00", 200),
    ],
)
def test_the_simulator_and_what_is_no_customer(office, query, status):
    assert office.get(f"/office/simulator?{query}").status_code == status


def test_the_simulator_asks_as_often_for_many_lines_as_for_few(office, session):
    account = AccountFactory()
    DiscountFactory(kind="tenure")

    def sent(lines):
        for _ in range(lines):
            line_with_plan(account=account)
        session.expire_all()
        with statements(session) as seen:
            page = office.get(f"/office/simulator?account={account.id}", plain=True)
        assert page.status_code == 200
        return len(seen)

    few = sent(2)
    assert sent(20) <= few
