from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.models import UsageKind
from app.core.ids import new_id
from app.core.money import Rounding
from app.markets.policies import Policies
from app.usage import rating
from app.usage.metering import Meter, PlanTerm
from app.usage.records import Use
from app.usage.tariffs import Calendar

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)

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
    ("currency", "rounding", "charged"),
    [
        ("MXN", Rounding.HALF_UP, "0.13"),
        ("MXN", Rounding.HALF_EVEN, "0.12"),
        ("KWD", Rounding.HALF_UP, "0.125"),
        ("JPY", Rounding.HALF_UP, "0"),
    ],
)
def test_a_record_is_rounded_once_at_the_exponent_of_its_currency(currency, rounding, charged):
    """Fifty increments of 0.0025 each: rounded one by one they would be nothing."""
    rates = {"voice": {"per": 1, "price": "0.0025"}}
    plan = PlanTerm(NOON, None, rates)
    policies = Policies("America/Mexico_City", Decimal(0), money_rounding=rounding)
    meter = Meter(currency, [plan], {}, Calendar(policies.timezone), lambda _: policies)

    outcome = meter.rate(Use(new_id(), new_id(), UsageKind.VOICE, NOON, 50))

    assert outcome.charged == Decimal(charged)
    assert outcome.priced.amount == Decimal("0.125")
