"""BILLING.md, "Leaving": the days of the rules, to the day, by the market's clock."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from app.billing import service
from app.billing.errors import MayNotLeave
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.subscriptions import service as lines
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.golden.conftest import account, at, bills, market, on

D = Decimal
SECOND = timedelta(seconds=1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("wired")


def india(**chosen):
    return market("IN", timezone="Asia/Kolkata", currency="INR", tax_rate=D("0.18"), **chosen)


def line_in(home, activated_at):
    plan = OfferVersionFactory(currency=home.currency, offer__market_code=home.code)
    return line_with_plan(plan, account=account(home), activated_at=activated_at)


@pytest.mark.parametrize(
    ("change", "against"),
    [
        ({}, []),
        ({"activated_at": NOON - timedelta(days=90) + SECOND}, ["active_long_enough"]),
        ({"sim_changed_at": NOON - timedelta(days=7)}, []),
        ({"sim_changed_at": NOON - timedelta(days=7) + SECOND}, ["sim_not_changed"]),
        ({"owner_changed_at": NOON - SECOND}, ["owner_not_changed"]),
        # The day by the clock of India: 31 May 23:30 UTC is the first of June there.
        ({"contract_until": date(2026, 6, 2)}, ["no_contract"]),
        ({"contract_until": date(2026, 6, 1)}, []),
    ],
)
def test_a_code_is_given_from_the_first_moment_on_at_which_the_rules_are_kept(change, against):
    line = line_in(india(), NOON - timedelta(days=90))
    for name, value in change.items():
        setattr(line, name, value)
    db.session.commit()
    by = customer(line.customer_id)

    with clock.moved_to(NOON):
        if against:
            with pytest.raises(MayNotLeave) as refused:
                service.ask_port_code(line.id, by=by)
            assert refused.value.details == {"rules": against}
        else:
            port = service.ask_port_code(line.id, by=by)
            assert port.valid_until == NOON + timedelta(days=4)


def test_a_bill_that_is_issued_is_in_the_way_before_it_is_due_and_not_once_it_is_paid():
    home = india()
    line = line_in(home, at(date(2026, 1, 1), home))
    by, may = customer(line.customer_id), date(2026, 5, 1)
    with on(may, home):
        service.run_cycle("IN", may, by=SYSTEM)
        with pytest.raises(MayNotLeave) as refused:
            service.ask_port_code(line.id, by=by)
        for bill in bills(line.account):
            service.credit(bill.id, bill.total_money, "x", by=SYSTEM)
        assert service.ask_port_code(line.id, by=by).code
    assert refused.value.details == {"rules": ["bills_paid"]}


@pytest.mark.parametrize(
    ("days", "hour", "interest"),
    [
        # Closed on 1 March by the clock of India; 60 days later is 30 April.
        (59, 12, "0.00"),
        (60, 0, "0.00"),
        (60, 23, "0.00"),
        (61, 0, "0.27"),  # 1000 x 10 % / 365
        (90, 12, "8.22"),
        (425, 12, "100.00"),
    ],
)
def test_a_deposit_is_in_time_until_the_end_of_the_sixtieth_day(days, hour, interest):
    home = india()
    closed_on, by = date(2026, 3, 1), staff("administrator")
    line = line_in(home, at(date(2025, 1, 1), home))
    deposit = service.take_deposit(
        line.account_id, Money.of("1000.00", "INR"), by=by, effect_key="a"
    )
    with on(closed_on, home, 23, 30):
        lines.close_line(line.id, by=SYSTEM, reason="request")

    with on(closed_on + timedelta(days=days), home, hour):
        service.give_back_deposit(deposit.id, by=by)

    assert deposit.interest == D(interest)


def test_a_line_leaves_within_seven_days_whatever_is_wished():
    home = india()
    line = line_in(home, at(date(2026, 1, 1), home))

    with on(date(2026, 2, 25), home, 23, 59):
        order = service.disconnect_line(line.id, "request", by=staff("administrator"))

    assert order.due_at == at(date(2026, 3, 4), home, 0)
