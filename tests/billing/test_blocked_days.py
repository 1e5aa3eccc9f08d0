from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.billing import queries, service
from app.billing.blocked_days import credit_for, runs, whole_days
from app.billing.errors import NothingToCredit
from app.billing.periods import Period
from app.billing.proration import Proration
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.core.money import Money, Rounding
from app.subscriptions import service as lines
from tests.billing.conftest import noon, on
from tests.factories.actors import agent, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

AUGUST = Period(date(2026, 8, 1), date(2026, 9, 1))


def test_249_95_blocked_10_of_31_days_is_80_63_back():
    """The figure of the market rules."""
    credit = credit_for(
        Money.of("249.95", "USD"), AUGUST, 10, Proration.ACTUAL_DAYS, Rounding.HALF_UP
    )

    assert credit == Money.of("-80.63", "USD")


@settings(deadline=None)
@given(
    price=st.decimals(0, 9999, places=2),
    days=st.integers(0, 40),
    proration=st.sampled_from(Proration),
)
def test_the_credit_is_never_more_than_the_price(price, days, proration):
    money = Money(price, "USD")

    credit = credit_for(money, AUGUST, days, proration, Rounding.HALF_UP)

    assert -money <= credit <= Money.zero("USD")
    if days >= 31:
        assert credit == -money


DAYS = st.integers(0, 60).map(lambda n: date(2026, 7, 15) + timedelta(days=n))
SPANS = st.tuples(DAYS, DAYS).map(sorted).map(lambda pair: Period(*pair))


@settings(deadline=None)
@given(blocked=SPANS, already=st.lists(SPANS, max_size=4))
def test_each_day_is_credited_once(blocked, already):
    first = whole_days(blocked, AUGUST, already)
    again = whole_days(blocked, AUGUST, [*already, *runs(first)])

    assert again == []
    assert all(day in blocked and day in AUGUST for day in first)
    assert not any(day in span for day in first for span in already)


def blocked_line():
    """A plan of 249.95, blocked from the 11th to the 21st of August."""
    line = line_with_plan(
        OfferVersionFactory(price=Decimal("249.95")), activated_at=noon(2026, 1, 1)
    )
    with on(2026, 8, 11):
        block = lines.place_block(line.id, "fraud", "all", by=agent())
    with on(2026, 8, 21):
        lines.lift_block(line.id, "fraud", by=staff("supervisor"))
    return line, block


@pytest.mark.usefixtures("wired")
class TestCrediting:
    def test_blocked_days_are_on_the_next_bill_once(self):
        line, block = blocked_line()

        with on(2026, 8, 22):
            credit = service.credit_blocked_days(block.id, by=staff("manager"))
            with pytest.raises(NothingToCredit):
                service.credit_blocked_days(block.id, by=staff("manager"))

        assert credit == Money.of("-80.63", "MXN")
        [charge] = queries.open_charges(line.account_id)
        assert (charge.amount, charge.because["days"]) == (Decimal("-80.63"), 10)

    def test_days_under_two_blocks_are_credited_once(self):
        line, first = blocked_line()
        with on(2026, 8, 15):
            second = lines.place_block(line.id, "request", "outgoing", by=agent())
        with on(2026, 8, 25):
            lines.lift_block(line.id, "request", by=agent())
            service.credit_blocked_days(first.id, by=SYSTEM)
            credit = service.credit_blocked_days(second.id, by=SYSTEM)

        assert credit == Money.of("-32.25", "MXN"), "4 of 31 days"

    def test_a_block_over_two_months_is_credited_in_both(self):
        line = line_with_plan(
            OfferVersionFactory(price=Decimal("310.00")), activated_at=noon(2026, 1, 1)
        )
        with on(2026, 7, 27):
            block = lines.place_block(line.id, "request", "all", by=agent())
        with on(2026, 8, 6):
            lines.lift_block(line.id, "request", by=agent())
            assert service.credit_blocked_days(block.id, by=SYSTEM) == Money.of("-100.00", "MXN")

        assert len(queries.open_charges(line.account_id)) == 2

    def test_only_those_who_may_credit_do(self):
        _line, block = blocked_line()

        with pytest.raises(Forbidden):
            service.credit_blocked_days(block.id, by=agent())
