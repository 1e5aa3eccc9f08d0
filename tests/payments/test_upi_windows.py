"""NPCI's circular of 2025 on AutoPay; figures of BILLING.md, "Payments"."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.autopay_days import day_of, first_try, next_try
from app.payments.upi_windows import ZONE, needs_second_factor, next_time

moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def india(clock_face, day=10):
    hour, minute = map(int, clock_face.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("asked", "executed"),
    [
        ("00:00", "00:00"),
        ("09:59", "09:59"),
        ("10:00", "13:00"),
        ("11:30", "13:00"),
        ("13:00", "13:00"),
        ("16:59", "16:59"),
        ("17:00", "21:30"),
        ("21:29", "21:30"),
        ("21:30", "21:30"),
        ("23:59", "23:59"),
    ],
)
def test_a_debit_waits_for_the_next_window(asked, executed):
    assert next_time(india(asked).astimezone(UTC)) == india(executed)


@given(moments)
def test_the_next_window_is_never_before_and_is_a_window_itself(moment):
    found = next_time(moment)

    assert moment <= found <= moment + timedelta(hours=4, minutes=30)
    assert next_time(found) == found


@given(moments, st.sampled_from(["America/New_York", "America/Santiago", "Europe/London"]))
def test_clock_changes_do_not_lead_back_in_time_or_nowhere(moment, zone):
    zone = ZoneInfo(zone)

    found = next_time(moment, zone)

    assert found >= moment
    assert next_time(found, zone) == found


@pytest.mark.parametrize(
    ("amount", "needs"),
    [("15000.00", False), ("15000.01", True), ("14999.99", False)],
)
def test_above_fifteen_thousand_rupees_the_customer_confirms(amount, needs):
    assert needs_second_factor(Money.of(amount, "INR")) is needs


@pytest.mark.parametrize(
    ("due", "chosen", "taken"),
    [
        (date(2026, 3, 15), None, date(2026, 3, 15)),
        (date(2026, 3, 15), 5, date(2026, 3, 5)),
        (date(2026, 3, 15), 15, date(2026, 3, 15)),
        (date(2026, 3, 15), 16, date(2026, 2, 16)),
        (date(2026, 3, 15), 31, date(2026, 2, 28)),
        (date(2024, 3, 1), 31, date(2024, 2, 29)),
        (date(2026, 1, 3), 20, date(2025, 12, 20)),
    ],
)
def test_the_chosen_day_is_the_last_one_not_after_the_due_date(due, chosen, taken):
    assert day_of(due, chosen) == taken


def test_nobody_is_debited_within_a_day_of_being_told():
    told = datetime(2026, 11, 10, 6, 0, tzinfo=UTC)  # 11:30 in India

    at = first_try(date(2026, 11, 10), announced_at=told, timezone="Asia/Kolkata", is_upi=True)

    assert at == india("13:00", day=11)


def test_a_retry_keeps_the_hour_of_the_day_over_a_change_of_clocks():
    zone = ZoneInfo("America/New_York")
    before = datetime(2026, 3, 7, 9, 0, tzinfo=zone).astimezone(UTC)  # clocks change on the 8th

    again = next_try(1, now=before, timezone=zone.key, policies={}, is_upi=False)

    assert again == datetime(2026, 3, 8, 9, 0, tzinfo=zone)


def test_two_retries_and_no_more_unless_the_market_says_so():
    def tries(policies):
        now = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
        asked = (
            next_try(n, now=now, timezone="UTC", policies=policies, is_upi=False)
            for n in range(1, 9)
        )
        return [(each - now).days for each in asked if each is not None]

    assert tries({}) == [1, 3]
    assert tries({"autopay_retry_days": [2]}) == [2]
