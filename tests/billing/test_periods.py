from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.periods import Period, period_after, period_containing, periods_ended, unpaid_from
from app.markets.policies import Interval

days = st.dates(date(2020, 1, 1), date(2032, 12, 31))
anchors = st.integers(1, 31)


def test_the_anchor_at_a_month_end_is_remembered():
    period = period_containing(date(2024, 1, 31), 31)

    ends = []
    for _ in range(4):
        ends.append(period.end)
        period = period_after(period, 31)

    assert ends == [date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31)]


def test_a_day_before_the_anchor_belongs_to_the_period_of_the_month_before():
    assert period_containing(date(2026, 1, 4), 5) == Period(date(2025, 12, 5), date(2026, 1, 5))


def test_the_last_day_is_the_day_before_the_next_period():
    assert period_containing(date(2026, 3, 10), 1).last_day == date(2026, 3, 31)


@given(days, anchors)
def test_every_day_is_in_exactly_one_period(day, anchor):
    period = period_containing(day, anchor)

    assert day in period
    assert period_containing(period.start - timedelta(days=1), anchor).end == period.start
    assert period_after(period, anchor).start == period.end
    assert 28 <= period.days <= 31


@given(days, st.integers(0, 400), anchors)
def test_periods_that_ended_follow_each_other_up_to_the_day(since, later, anchor):
    until = since + timedelta(days=later)

    found = list(periods_ended(since, until, anchor))

    assert all(one.end == other.start for one, other in pairwise(found))
    assert not found or (since in found[0] and found[-1].end <= until)
    last = found[-1].end if found else period_containing(since, anchor).start
    assert until < period_after(Period(last, last), anchor).end or not found


@pytest.mark.parametrize(
    ("interval", "day"),
    [(Interval.HALF_OPEN, date(2026, 4, 11)), (Interval.INCLUSIVE, date(2026, 4, 12))],
)
def test_the_day_of_an_end_belongs_to_what_ends_only_where_intervals_are_inclusive(interval, day):
    assert unpaid_from(date(2026, 4, 11), interval) == day
