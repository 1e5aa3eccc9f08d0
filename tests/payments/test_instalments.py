"""Splitting an amount and judging a plan: pure rules."""

from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.instalments import split, standing

START = date(2026, 1, 31)


@given(
    cents=st.integers(1, 10**9),
    currency=st.sampled_from(["JPY", "MXN", "INR", "KWD"]),
    parts=st.integers(1, 24),
)
def test_the_parts_are_the_amount_exactly_and_nearly_equal(cents, currency, parts):
    step = Decimal(1).scaleb(-get_currency_precision(currency))
    amount = Money(cents * step, currency)

    found = split(amount, parts, first_on=START)

    assert sum(part.amount.amount for part in found) == amount.amount
    assert all(part.amount.rounded() == part.amount for part in found)
    sizes = [part.amount.amount for part in found]
    assert max(sizes) - min(sizes) < parts * step


def test_the_day_of_the_month_is_remembered():
    days = [part.due_on for part in split(Money.of(300, "MXN"), 3, first_on=START)]

    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_a_plan_over_a_year_s_end():
    days = [part.due_on for part in split(Money.of(300, "MXN"), 3, first_on=date(2026, 11, 5))]

    assert days == [date(2026, 11, 5), date(2026, 12, 5), date(2027, 1, 5)]


@given(paid=st.integers(0, 300), days_later=st.integers(-10, 100))
def test_a_plan_is_kept_while_the_sum_of_parts_due_is_paid(paid, days_later):
    parts = split(Money.of(300, "MXN"), 3, first_on=START)
    today = START + timedelta(days=days_later)

    now = standing(parts, Money.of(paid, "MXN"), today=today)

    due = sum(100 for part in parts if today > part.due_on + timedelta(days=1))
    assert now.missed == (paid < due)
    assert now.is_kept == (paid == 300)
    assert now.next == (None if paid == 300 else parts[paid // 100])
