from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money, Rounding
from app.usage import rating

SECONDS = (0, 1, 29, 30, 31, 36, 37, 60, 61, 120, 121)
COUNTED = {
    (60, 1): (0, 60, 60, 60, 60, 60, 60, 60, 61, 120, 121),
    (60, 60): (0, 60, 60, 60, 60, 60, 60, 60, 120, 120, 180),
    (30, 6): (0, 30, 30, 30, 36, 36, 42, 60, 66, 120, 126),
}


@pytest.mark.parametrize(("rule", "counted"), COUNTED.items())
def test_a_call_counts_its_minimum_and_then_whole_steps(rule, counted):
    assert tuple(rating.increments(each, *rule) for each in SECONDS) == counted


@given(st.integers(0, 10**6), st.integers(1, 600), st.integers(1, 600))
def test_a_call_never_counts_less_than_it_lasted_nor_a_whole_step_more(s, minimum, increment):
    counted = rating.increments(s, minimum, increment)

    assert counted >= s
    assert counted - s < max(minimum, increment) or counted == minimum


@pytest.mark.parametrize(
    ("rule", "price"), [((60, 1), "1.21"), ((60, 60), "1.80"), ((30, 6), "1.26")]
)
def test_121_seconds_at_60_cents_a_minute(rule, price):
    counted = rating.increments(121, *rule)

    cost = rating.price_of(counted, 60, Decimal("0.60"), currency="USD")

    assert cost == Money.of(price, "USD")


def test_a_record_is_rounded_once_at_the_exponent_of_its_currency():
    price = Decimal("0.125")

    assert rating.price_of(1, 1, price, currency="MXN").amount == Decimal("0.13")
    even = rating.price_of(1, 1, price, currency="MXN", rounding=Rounding.HALF_EVEN)
    assert even.amount == Decimal("0.12")
    assert rating.price_of(1, 1, price, currency="KWD").amount == Decimal("0.125")
    assert rating.price_of(1, 1, price, currency="JPY").amount == Decimal(0)
