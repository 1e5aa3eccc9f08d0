"""Discounts: BILLING.md (before tax, spread pro rata); the figures are arithmetic from the rule."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.discounts import Item, Rule, discounts_for, spread, stored, terms_of
from app.catalog.eligibility import Conditions
from app.catalog.models import DiscountKind, Service
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money, Rounding, total
from tests.catalog.test_eligibility import facts, held

D = Decimal
BUNDLE, VOLUME, TENURE = DiscountKind.BUNDLE, DiscountKind.VOLUME, DiscountKind.TENURE
MULTI_LINE, PROMOTION = DiscountKind.MULTI_LINE, DiscountKind.PROMOTION
TRIPLE = [{"service": "mobile"}, {"service": "fibre"}, {"service": "tv"}]
mobile = held()
fibre, tv = held("fibra-300", Service.FIBRE, "449.00"), held("tv-mix", Service.TV, "249.00")


def rule(kind=PROMOTION, *, code="X", parts=(), services=(), tiers=None, **off):
    more = {name: off.pop(name) for name in [*off] if name not in {"percent", "amount"}}
    terms = {"tiers": tiers or [{"since": "0", **off}], "parts": parts, "services": services}
    return Rule(new_id(), code, code, kind, terms_of(terms, kind), **more)


def item(line, amount=None, currency="MXN"):
    return Item(
        key=f"month:{line.line_id}",
        line_id=line.line_id,
        name=line.name,
        service=line.service,
        offer_code=line.offer_code,
        amount=Money.of(amount or line.price.amount, currency),
        whole=Money.of(line.price.amount, currency),
    )


def taken(rules, lines, *, rounding=Rounding.HALF_UP, amounts=None, **more):
    items = [item(line, (amounts or {}).get(line.offer_code)) for line in lines]
    return discounts_for(rules, facts(*lines, **more), items, rounding)


def amounts(found):
    return [(each.rule.code, str(each.amount.amount)) for each in found]


def test_a_bundle_of_three_services_gives_its_share_of_each():
    found = taken([rule(BUNDLE, parts=TRIPLE, percent="15")], [mobile, fibre, tv])

    assert amounts(found) == [("X", "149.55")]  # 15 % of 299 + 449 + 249 = 997
    assert [str(share.amount) for share in found[0].shares.values()] == ["44.85", "67.35", "37.35"]


def test_a_bundle_ends_when_a_part_leaves():
    assert taken([rule(BUNDLE, parts=TRIPLE, percent="15")], [mobile, fibre]) == []


def test_each_part_of_a_bundle_needs_a_line_of_its_own():
    two = [{"service": "mobile", "offers": ["plus-20gb", "max"]}, {"service": "mobile"}]
    second = held("starter-5gb")

    assert taken([rule(BUNDLE, parts=two, amount="50")], [mobile]) == []
    assert amounts(taken([rule(BUNDLE, parts=two, amount="50")], [second, mobile])) == [
        ("X", "50.00")
    ]


def test_a_part_gives_its_line_to_a_pickier_one():
    two = [{"service": "mobile"}, {"service": "mobile", "offers": ["plus-20gb"]}]
    second = held("starter-5gb")

    for lines in ([mobile, second], [second, mobile]):
        assert len(taken([rule(BUNDLE, parts=two, amount="50")], lines)) == 1
    assert taken([rule(BUNDLE, parts=two, amount="50")], [second, second]) == []


def test_of_many_parts_alike_one_without_a_line_is_found_at_once():
    bundle = [rule(BUNDLE, parts=[{"service": "mobile"}] * 20, amount="50")]

    assert taken(bundle, [held() for _ in range(19)]) == []
    assert len(taken(bundle, [held() for _ in range(20)])) == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [(1, []), (2, [("X", "59.80")]), (3, [("X", "179.40")]), (5, [("X", "299.00")])],
)
def test_tiers_by_lines(lines, expected):
    tiers = [{"since": "3", "percent": "20"}, {"since": "2", "percent": "10"}]

    assert amounts(taken([rule(MULTI_LINE, tiers=tiers)], [held() for _ in range(lines)])) == (
        expected
    )


def test_tiers_by_money_and_by_months():
    loyal = rule(TENURE, code="LOYAL", tiers=[{"since": "24", "percent": "5"}])
    big = rule(VOLUME, code="BIG", tiers=[{"since": "700", "percent": "10"}])

    assert amounts(taken([loyal, big], [mobile, fibre], since=date(2024, 4, 11))) == [
        ("BIG", "74.80"),
        ("LOYAL", "33.66"),  # 5 % of what BIG left: 673.20
    ]


def test_only_charges_of_the_services_it_is_for_are_reduced():
    found = taken([rule(services=["fibre"], percent="50")], [mobile, fibre])

    assert found[0].shares == {f"month:{fibre.line_id}": Money.of("224.50", "MXN")}


def test_a_promotion_of_one_line_reduces_that_line():
    found = taken([rule(percent="100", line_id=tv.line_id)], [mobile, tv])

    assert found[0].shares == {f"month:{tv.line_id}": Money.of("249.00", "MXN")}


def test_an_amount_a_month_is_prorated_as_its_charge_is():
    found = taken([rule(amount="90")], [mobile], amounts={"plus-20gb": "199.33"})

    assert amounts(found) == [("X", "60.00")]  # 90 × 199.33 / 299


def test_what_does_not_stack_is_taken_alone_when_it_gives_more():
    stacking = [rule(code="A", percent="10"), rule(code="B", percent="10")]  # 29.90 + 26.91
    alone = rule(code="C", amount="56.80", stackable=False)
    more = rule(code="D", amount="56.81", stackable=False)

    assert amounts(taken([*stacking, alone], [mobile])) == [("A", "29.90"), ("B", "26.91")]
    assert amounts(taken([*stacking, alone, more], [mobile])) == [("D", "56.81")]


def test_who_is_not_eligible_gets_nothing():
    student = rule(percent="50", conditions=Conditions(segments=("student",)))

    assert taken([student], [mobile]) == []
    assert amounts(taken([student], [mobile], segment="student")) == [("X", "149.50")]


@pytest.mark.parametrize(
    ("currency", "price", "rounding", "expected"),
    [
        ("JPY", "1005", Rounding.HALF_UP, "101"),
        ("JPY", "1005", Rounding.HALF_EVEN, "100"),
        ("KWD", "10.005", Rounding.HALF_UP, "1.001"),
        ("INR", "299.05", Rounding.HALF_UP, "29.91"),
    ],
)
def test_a_percentage_is_rounded_as_the_currency_is(currency, price, rounding, expected):
    line = held(price=price)
    known = facts(line, currency=currency)

    [found] = discounts_for([rule(percent="10")], known, [item(line, currency=currency)], rounding)

    assert found.amount == Money.of(expected, currency)


cents = st.integers(0, 10_000_00).map(lambda n: D(n) / 100)
rules = st.builds(
    rule,
    code=st.sampled_from("ABCDEF"),
    percent=st.integers(1, 100).map(str),
    stackable=st.booleans(),
    priority=st.integers(0, 2),
) | st.builds(
    rule,
    code=st.sampled_from("GHIJKL"),
    amount=st.integers(1, 500_00).map(lambda n: str(D(n) / 100)),
    stackable=st.booleans(),
    priority=st.integers(0, 2),
)


@given(
    prices=st.lists(cents, min_size=1, max_size=6),
    offered=st.lists(rules, max_size=5, unique_by=lambda each: each.code),
    rounding=st.sampled_from(list(Rounding)),
)
def test_nothing_gets_below_zero_and_no_cent_is_lost(prices, offered, rounding):
    lines = [held(price=str(price)) for price in prices]

    found = taken(offered, lines, rounding=rounding)

    left = {f"month:{line.line_id}": line.price for line in lines}
    for each in found:
        assert total(each.shares.values(), "MXN") == each.amount
        assert each.amount.amount > 0
        for key, share in each.shares.items():
            assert share.amount >= 0
            left[key] -= share
    assert all(money.amount >= 0 for money in left.values())
    assert amounts(taken(offered[::-1], lines, rounding=rounding)) == amounts(found)


@given(
    weights=st.lists(cents, min_size=1, max_size=8),
    share=st.fractions(0, 1),
    rounding=st.sampled_from(list(Rounding)),
)
def test_what_is_spread_sums_to_what_was_to_be_spread(weights, share, rounding):
    monies = [Money(weight, "MXN") for weight in weights]
    whole = total(monies, "MXN").amount
    amount = Money(whole * share.numerator / share.denominator, "MXN").rounded(rounding)

    parts = spread(amount, monies, rounding)

    assert total(parts, "MXN") == amount
    assert all(
        0 <= part.amount <= weight.amount for part, weight in zip(parts, monies, strict=True)
    )


@pytest.mark.parametrize(
    ("terms", "kind", "field"),
    [
        ({}, PROMOTION, "tiers"),
        ({"tiers": []}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "0"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "100.01"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "NaN"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"amount": "-1"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"amount": "1e99"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "1", "amount": "1"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "1"}, {"percent": "2"}]}, PROMOTION, "tiers"),
        ({"tiers": [{"percent": "1"}], "parts": TRIPLE[:1]}, BUNDLE, "parts"),
        ({"tiers": [{"percent": "1"}], "parts": TRIPLE}, VOLUME, "parts"),
        ({"tiers": [{"percent": "1"}], "parts": [{"service": "gas"}] * 2}, BUNDLE, "parts"),
        ({"tiers": [{"percent": "1"}], "price": "0"}, PROMOTION, "price"),
    ],
)
def test_terms_that_cannot_be(terms, kind, field):
    with pytest.raises(Invalid) as refused:
        terms_of(terms, kind)

    assert refused.value.details == {"field": field}


def test_terms_are_read_as_they_were_stored():
    terms = terms_of({"tiers": [{"since": "2", "percent": "10"}], "parts": TRIPLE}, BUNDLE)

    assert terms_of(stored(terms), BUNDLE) == terms
