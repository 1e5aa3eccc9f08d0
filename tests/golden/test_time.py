"""BILLING.md, "Increments" and "Time": records that are taken in, and what they are charged."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.billing import service as billing
from app.catalog.models import UsageKind
from app.catalog.rates import checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.usage import service
from app.usage.clock_changes import change_on
from app.usage.models import UsageRecord
from app.usage.records import NewRecord
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.golden.conftest import account, at, bills, market, on

D = Decimal
NEW_YORK = ZoneInfo("America/New_York")

pytestmark = pytest.mark.usefixtures("wired")


def line_in(home, voice, *, since=date(2026, 1, 1), **rates):
    version = OfferVersionFactory(
        price=D(0),
        currency=home.currency,
        offer__market_code=home.code,
        includes={},
        rates=checked({"voice": voice, **rates}),
    )
    return line_with_plan(version, account=account(home), activated_at=at(since, home, 0))


def charged(line, *calls, number=None):
    """What calls (start, seconds) cost, each a record, in the order they are given in."""
    records = [
        NewRecord(line.id, UsageKind.VOICE, start, seconds, number) for start, seconds in calls
    ]
    with clock.moved_to(max(start for start, _ in calls) + timedelta(days=1)):
        outcome = service.ingest(records, by=SYSTEM)
    assert outcome.accepted == len(records), outcome
    found = dict(
        db.session.execute(
            select(UsageRecord.identity, UsageRecord.charged).where(UsageRecord.line_id == line.id)
        ).all()
    )
    return [found[record.identity] for record in records]


# The table of "Increments" at 0.60 a minute is 0.01 for each second that counts.
SECONDS = [0, 1, 29, 30, 31, 36, 37, 60, 61, 120, 121]
COUNTED = {
    (60, 1): [0, 60, 60, 60, 60, 60, 60, 60, 61, 120, 121],
    (60, 60): [0, 60, 60, 60, 60, 60, 60, 60, 120, 120, 180],
    (30, 6): [0, 30, 30, 30, 36, 36, 42, 60, 66, 120, 126],
}


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("rule", COUNTED)
def test_seconds_are_charged_by_minimum_and_increment(rule, plain):
    """By whole statements where the price is plain, and one by one where it has a window."""
    minimum, increment = rule
    price = {"per": 60, "price": "0.60", "minimum": minimum, "increment": increment}
    windows = [] if plain else [{**price, "since": "08:00", "until": "24:00"}]
    home = market()
    line = line_in(home, {**price, **({"windows": windows} if windows else {})})
    noon = at(date(2026, 5, 5), home)

    costs = charged(line, *((noon + timedelta(hours=n), s) for n, s in enumerate(SECONDS)))

    assert costs == [D(each) / 100 for each in COUNTED[rule]]


def test_a_call_of_months_is_charged_and_what_is_no_length_is_refused():
    """Longer than a quarter is a broken counter: it would be priced day by day for ever."""
    home = market()
    price = {"per": 60, "price": "0.60", "minimum": 60, "increment": 60}
    line = line_in(home, {**price, "windows": [{**price, "since": "08:00"}]})
    noon, quarter = at(date(2026, 5, 5), home), 92 * 86_400

    with clock.moved_to(noon):
        refused = service.ingest(
            [NewRecord(line.id, UsageKind.VOICE, noon, s) for s in (-1, quarter + 1, 2**50)],
            by=SYSTEM,
        ).refused
    assert [each.reason for each in refused] == ["bad_quantity"] * 3
    assert charged(line, (noon, quarter)) == [D("79488.00")]  # 132 480 minutes


@pytest.mark.parametrize(
    ("rounding", "currency", "cost"),
    [
        # 0.01 a minute for 30 s is half a cent; of three decimals it is 0.005 exactly.
        ("half_up", "MXN", "0.01"),
        ("half_even", "MXN", "0.00"),
        ("half_up", "KWD", "0.005"),
        ("half_up", "JPY", "0"),
    ],
)
def test_a_record_is_rounded_once_by_the_policy_of_its_market(rounding, currency, cost):
    home = market(money_rounding=rounding, currency=currency)
    line = line_in(home, {"per": 60, "price": "0.01"})

    assert charged(line, (at(date(2026, 5, 5), home), 30)) == [D(cost)]


def test_the_connect_fee_and_first_minute_of_the_figures():
    """ "2 min 10 s, 4 decimals: 0.7167", of which a record in cents is 0.72."""
    home = market()
    later = [{"per": 60, "price": "0.10", "after": 60}]
    first = {"per": 60, "price": "0.20", "minimum": 60, "increment": 60, "connect": "0.40"}
    line = line_in(home, {**first, "steps": later})

    assert charged(line, (at(date(2026, 5, 5), home), 130)) == [D("0.72")]


EVENING = {
    "per": 1,
    "price": "1",
    "connect": "1",
    "windows": [{"per": 1, "price": "0.5", "days": [0, 1, 2, 3, 4], "since": "18:00"}],
}


@pytest.mark.parametrize(
    ("boundary", "cost"), [("split", "2701"), ("start_rate", "3601"), (None, "2701")]
)
def test_a_call_into_the_evening(boundary, cost):
    """ "17:30-18:30: 2701"; 1 + 3600 where the market keeps the rate of the beginning."""
    home = market(**({"tariff_boundary": boundary} if boundary else {}))
    line = line_in(home, EVENING)

    assert charged(line, (at(date(2026, 11, 24), home, 17, 30), 3600)) == [D(cost)]


# The United States' clock: 2:00 becomes 3:00 on 8 March and 1:00 on 1 November 2026.
def night(since, until):
    return {"per": 1, "price": "2", "windows": [{"per": 1, "price": "1", "since": since} | until]}


CLOCKS = [
    # Spring: 1:30-4:30 by the wall is two hours. All of it, half and nothing of it is night.
    ("2026-03-08T01:30", 7200, "00:00", "05:00", 7200),
    ("2026-03-08T01:30", 7200, "03:00", "05:00", 1800 * 2 + 5400),
    # Hours that begin in the hour that is skipped begin where the clock goes on.
    ("2026-03-08T01:30", 7200, "02:30", "05:00", 1800 * 2 + 5400),
    # And those that would end in it end there.
    ("2026-03-08T01:30", 7200, "00:00", "02:30", 1800 + 5400 * 2),
    # Autumn: 0:30-2:30 is three hours.
    ("2026-11-01T00:30", 10800, "00:00", "05:00", 10800),
    ("2026-11-01T00:30", 10800, "02:00", "05:00", 9000 * 2 + 1800),
    # 1:30-2:00 comes twice, the half hour between is not in it.
    ("2026-11-01T00:30", 10800, "01:30", "02:00", 3600 + 7200 * 2),
    ("2026-11-01T00:30", 10800, "01:30", "05:00", 1800 + 1800 + 1800 + 5400 * 2),
]


@pytest.mark.parametrize(("start", "seconds", "since", "until", "cost"), CLOCKS)
def test_a_call_over_a_change_of_the_clock(start, seconds, since, until, cost):
    """ "Billed by elapsed seconds, not by wall clock", each at the rate of its own hour."""
    home = market("US", timezone="America/New_York", currency="USD")
    line = line_in(home, night(since, {"until": until}))
    started = datetime.fromisoformat(start).replace(tzinfo=NEW_YORK)

    assert charged(line, (started, seconds)) == [D(cost)]


@given(
    zone=st.sampled_from(
        ["America/New_York", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "UTC"]
    ),
    day=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
)
def test_a_change_of_the_clock_is_found_to_the_second(zone, day):
    found, local = change_on(day, zone), ZoneInfo(zone)
    begins = datetime(day.year, day.month, day.day, tzinfo=local).astimezone(UTC)
    offsets = [
        (begins + timedelta(minutes=15 * n)).astimezone(local).utcoffset() for n in range(92)
    ]

    if found is None:
        assert len(set(offsets)) == 1
    else:
        before = (found - timedelta(seconds=1)).astimezone(local).utcoffset()
        assert before == offsets[0] != found.astimezone(local).utcoffset()


def test_holidays_midnights_and_the_end_of_the_day():
    """A holiday beats the weekday from its first second on; 24:00 is the end of a day."""
    home = market()  # Mexico: 25 December 2026 is a Friday, 16 September a Wednesday
    line = line_in(
        home,
        {
            "per": 1,
            "price": "4",
            "windows": [
                {"per": 1, "price": "3", "since": "21:00", "until": "24:00"},
                {"per": 1, "price": "2", "days": [5, 6]},
                {"per": 1, "price": "1", "holidays": True},
            ],
        },
    )
    late = timedelta(hours=23, minutes=59, seconds=50)

    costs = charged(
        line,
        (at(date(2026, 5, 5), home, 0) + late, 20),  # evening, then a plain Wednesday
        (at(date(2026, 12, 24), home, 0) + late, 20),  # evening, then Christmas
        (at(date(2026, 12, 25), home, 0) + late, 20),  # Christmas, then Saturday
        (at(date(2026, 9, 16), home, 22), 10),  # the evening of a holiday
        (at(date(2026, 5, 8), home, 20, 59) + timedelta(seconds=50), 20),
    )

    assert costs == [30 + 40, 30 + 10, 10 + 20, 10, 40 + 30]


@pytest.mark.parametrize("wrong", ["25:00", "24:01", "9 pm", "18:00+05:30"])
def test_no_time_of_day_is_not_published(wrong):
    with pytest.raises(Invalid):
        checked(
            {
                "voice": {
                    "per": 1,
                    "price": "1",
                    "windows": [{"per": 1, "price": "1", "since": wrong}],
                }
            }
        )


def test_the_longest_prefix_sets_the_price():
    home = market()
    price = {"per": 1, "price": "1"}
    zones = {name: {"per": 1, "price": each} for name, each in (("us", "2"), ("jm", "3"))}
    line = line_in(home, {**price, "zones": zones}, zones={"1": "us", "1876": "jm", "187": "us"})
    noon = at(date(2026, 5, 5), home)

    costs = [
        charged(line, (noon + timedelta(hours=n), 1), number=number)[0]
        for n, number in enumerate(["+12025550100", "+18765550100", "+1871", "+525512345678", None])
    ]

    assert costs == [2, 3, 2, 1, 1]


def test_a_record_of_january_in_utc_is_of_february_in_india():
    """ "Record 2024-01-31T18:45Z of a subscriber in India belongs to February"."""
    home = market("IN", timezone="Asia/Kolkata", currency="INR", tax_rate=D(0))
    line = line_in(home, {"per": 1, "price": "0.01"}, since=date(2024, 1, 1))
    for minute in (29, 30, 45):
        start = datetime(2024, 1, 31, 18, minute, tzinfo=UTC)
        charged(line, (start, 100 + minute))
    with on(date(2024, 3, 1), home):
        billing.run_cycle("IN", date(2024, 3, 1), by=SYSTEM)

    assert [(each.period_end.month, each.total) for each in bills(line.account)] == [
        (2, D("1.29")),
        (3, D("2.75")),
    ]
