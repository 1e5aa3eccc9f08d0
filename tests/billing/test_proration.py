"""Parts of a month.

Sources: 19.95 on the 23rd of a period from the 15th, 249.95 blocked for 10 of 31 days, and 599.95,
9.95 and 29.95 in May are Kill Bill's; 299 to 599 on the 11th of April is Lago's; the table of
edges is arithmetic from the rule as stated.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.periods import Period, period_containing
from app.billing.proration import Proration, rest, share
from app.core.money import Money, Rounding, total

MAY = Period(date(2024, 5, 1), date(2024, 6, 1))


def left(price, period, day, proration=Proration.ACTUAL_DAYS):
    return rest(Money.of(price, "USD"), period, day, proration, Rounding.HALF_UP).amount


@pytest.mark.parametrize("month", [1, 2, 4])
def test_a_fixed_month_splits_alike_in_every_month(month):
    period = period_containing(date(2023, month, 15), 15)
    change = date(2023, month, 23)

    trailing = left("19.95", period, change, Proration.FIXED_30)
    leading = share(
        Money.of("19.95", "USD"),
        period,
        Period(period.start, change),
        Proration.FIXED_30,
        Rounding.HALF_UP,
    )

    assert (leading.amount, trailing) == (Decimal("5.32"), Decimal("14.63"))


@pytest.mark.parametrize(
    ("price", "day", "expected"),
    [
        ("599.95", 7, "483.83"),
        ("9.95", 7, "8.02"),
        ("29.95", 8, "23.19"),
        ("9.95", 8, "7.70"),
        ("29.95", 1, "29.95"),
    ],
)
def test_what_is_left_by_actual_days(price, day, expected):
    assert left(price, MAY, date(2024, 5, day)) == Decimal(expected)


def test_a_change_in_the_first_third_of_april():
    april = Period(date(2026, 4, 1), date(2026, 5, 1))

    credit, charge = left("299", april, date(2026, 4, 11)), left("599", april, date(2026, 4, 11))

    assert (credit, charge, charge - credit) == (
        Decimal("199.33"),
        Decimal("399.33"),
        Decimal("200.00"),
    )


def test_ten_of_thirty_one_days():
    part = Period(date(2024, 5, 11), date(2024, 5, 21))

    blocked = share(Money.of("249.95", "USD"), MAY, part, Proration.ACTUAL_DAYS, Rounding.HALF_UP)

    assert blocked.amount == Decimal("80.63")


def test_a_currency_without_cents_is_rounded_to_the_whole():
    yen = rest(
        Money.of(1000, "JPY"), MAY, date(2024, 5, 11), Proration.ACTUAL_DAYS, Rounding.HALF_UP
    )

    assert yen == Money.of(677, "JPY")


@pytest.mark.parametrize(
    ("price", "currency", "day", "proration", "expected"),
    [
        # The first day is the whole month, the day after the last is nothing.
        ("31.00", "USD", date(2024, 5, 1), Proration.ACTUAL_DAYS, "31.00"),
        ("31.00", "USD", date(2024, 5, 31), Proration.ACTUAL_DAYS, "1.00"),
        ("31.00", "USD", date(2024, 6, 1), Proration.ACTUAL_DAYS, "0.00"),
        # Of a fixed month each day is a thirtieth, and the 31st is free.
        ("30.00", "USD", date(2024, 5, 1), Proration.FIXED_30, "30.00"),
        ("30.00", "USD", date(2024, 5, 30), Proration.FIXED_30, "1.00"),
        ("30.00", "USD", date(2024, 5, 31), Proration.FIXED_30, "0.00"),
        # By the currency's own exponent.
        ("1000", "JPY", date(2024, 5, 21), Proration.ACTUAL_DAYS, "355"),
        ("10.000", "KWD", date(2024, 5, 21), Proration.ACTUAL_DAYS, "3.548"),
        ("10.000", "KWD", date(2024, 5, 21), Proration.FIXED_30, "3.333"),
    ],
)
def test_edges_of_a_month(price, currency, day, proration, expected):
    amount = rest(Money.of(price, currency), MAY, day, proration, Rounding.HALF_UP)

    assert amount == Money.of(expected, currency)


@pytest.mark.parametrize(
    ("year", "day", "left"), [(2024, date(2024, 2, 29), "1.00"), (2023, date(2023, 2, 28), "1.04")]
)
def test_february_has_the_days_that_it_has(year, day, left):
    february = period_containing(day, 1)

    amount = rest(Money.of("29.00", "USD"), february, day, Proration.ACTUAL_DAYS, Rounding.HALF_UP)

    assert amount.amount == Decimal(left)


def test_a_day_outside_the_period_is_a_mistake():
    with pytest.raises(ValueError):
        left("10", MAY, date(2024, 6, 2))


periods = st.builds(
    period_containing, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 31)
)
prices = st.decimals("0", "9999", places=2)
rules = st.tuples(st.sampled_from(Proration), st.sampled_from(Rounding))
currencies = st.sampled_from(["MXN", "JPY", "KWD"])


@given(periods, prices, currencies, rules, st.lists(st.integers(0, 31), max_size=6))
def test_the_parts_sum_to_the_price(period, price, currency, rule, cuts):
    price = Money(price, currency).rounded()
    inside = {min(period.start + timedelta(days=cut), period.end) for cut in cuts}
    edges = sorted({period.start, *inside, period.end})

    parts = [share(price, period, Period(*pair), *rule) for pair in pairwise(edges)]

    assert total(parts, currency) == price
    assert all(part.amount >= 0 for part in parts)


@given(periods, prices, rules, st.integers(0, 31), st.integers(0, 31))
def test_a_line_is_never_credited_more_than_what_is_left_of_it(period, price, rule, one, other):
    first, later = sorted(min(period.start + timedelta(days=n), period.end) for n in (one, other))
    price = Money(price, "MXN")

    assert rest(price, period, later, *rule) <= rest(price, period, first, *rule) <= price
