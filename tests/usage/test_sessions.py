from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.usage.roaming import NoExchangeRate, TapCharge, exchange_rate, home_charge
from app.usage.rollover import rolled_over
from app.usage.sessions import cut

EVENING = datetime(2026, 11, 24, 23, tzinfo=UTC)
MIDNIGHT = EVENING + timedelta(hours=1)


def test_a_session_is_cut_where_a_night_allowance_ends():
    end = MIDNIGHT + timedelta(minutes=45)

    assert cut(EVENING, end, 700, [MIDNIGHT]) == [(EVENING, 400), (MIDNIGHT, 300)]


def test_a_moment_outside_the_session_cuts_nothing():
    assert cut(EVENING, MIDNIGHT, 5, [EVENING, MIDNIGHT]) == [(EVENING, 5)]
    assert cut(EVENING, EVENING, 5, [MIDNIGHT]) == [(EVENING, 5)]


@given(st.integers(0, 10**15), st.lists(st.integers(-10, 4000), max_size=8))
def test_the_parts_of_a_session_sum_to_it(quantity, cuts):
    end = EVENING + timedelta(seconds=3600)

    parts = cut(EVENING, end, quantity, [EVENING + timedelta(seconds=each) for each in cuts])

    assert sum(units for _, units in parts) == quantity
    assert all(units >= 0 for _, units in parts)


@given(st.integers(0, 10**12), st.integers(0, 10**9), st.integers(0, 10**9))
def test_rolling_over_again_changes_nothing(left, minimum, more):
    limits = {"minimum": minimum, "maximum": minimum + more}

    once = rolled_over(left, **limits)

    assert rolled_over(once, **limits) == once
    assert minimum <= once <= minimum + more


def test_a_charge_from_abroad_has_its_decimals_the_rate_of_its_day_and_the_markup():
    rates = {date(2026, 11, 1): Decimal("18.50"), date(2026, 11, 20): Decimal("19.10")}

    rate = exchange_rate(rates, date(2026, 11, 19))

    assert rate == Decimal("18.50")
    # 12.345 × 18.50 × 1.15, with every decimal
    charge = home_charge(TapCharge(12345, 3, "EUR"), rate, markup=Decimal("0.15"))
    assert charge == Decimal("262.6398750")


def test_a_day_before_every_known_rate_has_none():
    with pytest.raises(NoExchangeRate):
        exchange_rate({date(2026, 11, 20): Decimal(1)}, date(2026, 11, 19))
