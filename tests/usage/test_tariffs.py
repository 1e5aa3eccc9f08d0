"""What calls cost by hour, day and length. Figures: CGRateS and arithmetic from the rule."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.rates import WEEKEND, WORKDAYS, Rate, Step, Tariff, Window, zone_of
from app.markets.policies import TariffBoundary
from app.usage.tariffs import Calendar, Call, price

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HERE = Calendar("America/Sao_Paulo")


def by_second(amount, connect="0"):
    return Rate((Step(Decimal(amount), per=1),), Decimal(connect))


def flat(price_per_minute, minimum=1, increment=1, **more):
    return Tariff(Rate((Step(Decimal(price_per_minute), 60, minimum, increment),)), **more)


DAYTIME = by_second("1", connect="1")
EVENING = Tariff(DAYTIME, (Window(by_second("0.5"), days=WORKDAYS, since=time(18)),))


def local(*when):
    return datetime(*when, tzinfo=SAO_PAULO)


def test_a_call_across_the_evening_is_split_where_the_tariff_changes():
    rated = price(Call(local(2026, 11, 24, 17, 30), 3600), EVENING, HERE)

    assert rated.amount == 2701  # 1 + 1800 × 1 + 1800 × 0.5
    assert [part.amount for part in rated.parts] == [1800, 900]


def test_a_continuation_leg_pays_no_second_connection():
    call = Call(local(2026, 11, 24, 17, 30), 3600, continues=True)

    assert price(call, EVENING, HERE).amount == 2700


def test_a_market_may_charge_the_whole_call_as_it_began():
    call = Call(local(2026, 11, 24, 17, 30), 3600)

    assert price(call, EVENING, HERE, boundary=TariffBoundary.START_RATE).amount == 3601


@pytest.mark.parametrize(
    ("rule", "amount"), [((60, 1), "1.21"), ((60, 60), "1.80"), ((30, 6), "1.26")]
)
def test_121_seconds_at_60_cents_a_minute(rule, amount):
    rated = price(Call(local(2026, 11, 24, 9), 121), flat("0.60", *rule), HERE)

    assert rated.amount == Decimal(amount)


def test_a_connect_fee_a_first_minute_and_then_by_the_second():
    steps = (Step(Decimal("0.20"), 60, 60, 60), Step(Decimal("0.10"), 60, 1, 1, after=60))
    tariff = Tariff(Rate(steps, Decimal("0.40")))

    rated = price(Call(local(2026, 11, 24, 9), 130), tariff, HERE)

    assert rated.amount.quantize(Decimal("0.0001")) == Decimal("0.7167")


def test_a_holiday_beats_the_weekday():
    calendar = Calendar("America/Sao_Paulo", {date(2026, 12, 25)})
    tariff = Tariff(
        by_second("3"),
        (
            Window(by_second("2"), days=WORKDAYS),
            Window(by_second("1"), holidays=True),
        ),
    )

    assert price(Call(local(2026, 12, 24, 12), 1), tariff, calendar).amount == 2
    assert price(Call(local(2026, 12, 25, 12), 1), tariff, calendar).amount == 1


def test_the_weekend_begins_at_the_subscriber_s_midnight():
    tariff = Tariff(by_second("2"), (Window(by_second("1"), days=WEEKEND),))
    friday = local(2026, 11, 27, 23, 59, 50)

    assert price(Call(friday, 20), tariff, HERE).amount == 30


@pytest.mark.parametrize("hour", [0, 1])
def test_a_call_over_a_change_of_the_clock_is_charged_by_elapsed_seconds(hour):
    new_york = Calendar("America/New_York")
    night = Tariff(by_second("2"), (Window(by_second("1"), since=time(0), until=time(5)),))
    started = datetime(2026, 11, 1, hour, 30, tzinfo=ZoneInfo("America/New_York"))

    rated = price(Call(started, 3 * 3600), night, new_york)

    assert rated.counted == 3 * 3600
    assert rated.amount == 3 * 3600


def test_a_call_of_less_than_three_seconds_is_free_where_the_tariff_says_so():
    tariff = flat("0.60", 60, 1, free_below=3)

    assert price(Call(local(2026, 11, 24, 9), 2), tariff, HERE).amount == 0
    assert price(Call(local(2026, 11, 24, 9), 3), tariff, HERE).amount == Decimal("0.60")


def test_an_allowance_covers_the_beginning_of_a_call():
    tariff = Tariff(Rate((Step(Decimal("0.60"), 60, 60, 1),), Decimal("0.40")))

    rated = price(Call(local(2026, 11, 24, 9), 90), tariff, HERE)

    assert rated.amount == Decimal("1.30")
    assert rated.beyond(60).amount == Decimal("0.30")
    assert rated.beyond(90).amount == 0


def test_the_longest_prefix_names_the_zone():
    zones = {"1": "north america", "1876": "caribbean", "44": "europe"}

    assert zone_of("+18765550100", zones) == "caribbean"
    assert zone_of("+12025550100", zones) == "north america"
    assert zone_of("+8612345", zones) is None


@given(st.integers(1, 20_000), st.integers(0, 86_399), st.integers(1, 120), st.integers(1, 60))
def test_what_is_counted_covers_the_call_wherever_it_is_split(seconds, since, minimum, increment):
    step = Step(Decimal("0.01"), 1, minimum, increment)
    tariff = Tariff(Rate((step,)), (Window(Rate((step,)), since=time(7), until=time(19)),))
    call = Call(datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=since), seconds)

    rated = price(call, tariff, HERE)

    assert rated.counted >= seconds
    assert rated.amount == Decimal("0.01") * rated.counted


@given(st.integers(1, 20_000), st.integers(0, 86_399), st.integers(1, 19_999))
def test_two_legs_by_the_second_cost_what_the_whole_call_costs(seconds, since, at):
    at = min(at, seconds)
    started = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=since)
    legs = [Call(started, at), Call(started + timedelta(seconds=at), seconds - at, continues=True)]

    apart = sum(price(leg, EVENING, HERE).amount for leg in legs)

    assert apart == price(Call(started, seconds), EVENING, HERE).amount
