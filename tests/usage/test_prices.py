"""Tariffs on real lines: zones, calls that count as one, use abroad, and what explains a charge."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.catalog.models import UsageKind
from app.catalog.rates import checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.usage import explaining, months, queries, service
from app.usage.models import UsageRecord
from app.usage.records import NewRecord
from app.usage.roaming import Abroad, TapCharge
from tests.factories.actors import agent
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

MAY_1 = datetime(2026, 5, 1, 12, tzinfo=UTC)
MAY_5 = MAY_1 + timedelta(days=4)
MINUTE = {"per": 60, "price": "0.60", "minimum": 60}
RATES = {
    "voice": {
        **MINUTE,
        "concat_within": 120,
        "zones": {"usa": {"per": 60, "price": "2", "allowance": False}},
    },
    "sms": {"per": 1, "price": "0.85"},
    "zones": {"1": "usa"},
    "roaming": {
        "markup": "0.15",
        "networks": {"208": "europe", "310": "usa"},
        "zones": {"europe": {"voice": {"per": 60, "price": "9"}}, "usa": {"sms": "home"}},
    },
}
HOME, THERE = "+525587654321", "+12025550100"


@pytest.fixture
def line(database):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 100}, rates=checked(RATES))
    return line_with_plan(plan, activated_at=MAY_1)


def use(line, quantity, at=MAY_5, kind=UsageKind.VOICE, party=HOME, abroad=None):
    return NewRecord(line.id, kind, at, quantity, party, abroad=abroad)


def bring(*records):
    with clock.moved_to(MAY_5 + timedelta(days=3)):
        return service.ingest(records, by=SYSTEM)


def charged():
    query = select(UsageRecord.charged).order_by(UsageRecord.started_at)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_a_call_into_a_zone_without_allowance_is_paid_though_minutes_are_left(line):
    bring(use(line, 30, party=THERE), use(line, 90, MAY_5 + timedelta(hours=1)))

    assert charged() == [Decimal("1.00"), 0]


@pytest.mark.parametrize("backwards", [False, True])
def test_repeated_calls_to_one_number_count_as_one_whatever_comes_first(line, backwards):
    begins = [MAY_5, MAY_5 + timedelta(seconds=100), MAY_5 + timedelta(seconds=400)]
    records = [use(line, 30, at) for at in begins]

    for record in records[::-1] if backwards else records:
        bring(record)

    # 60 for the first, none more for the second, which makes it 60 in all; 60 for the third,
    # which begins too late: 40 of the allowance and 20 to pay.
    rows = db.session.scalars(select(UsageRecord).order_by(UsageRecord.started_at)).all()
    assert [row.units for row in rows] == [60, None, 40]
    assert charged() == [0, 0, Decimal("0.20")]


@pytest.fixture
def euros(database):
    for day, rate in ((1, "17"), (1, "18.50"), (20, "19.10")):
        service.set_exchange_rate("EUR", "MXN", date(2026, 5, day), Decimal(rate), by=SYSTEM)


def test_a_charge_from_abroad_is_changed_at_the_rate_of_the_day_of_the_call(line, euros):
    abroad = Abroad("26201", TapCharge(12345, 3, "EUR"))

    bring(use(line, 600, abroad=abroad))

    # 12.345 × 18.50 × 1.15 = 262.639875
    assert charged() == [Decimal("262.64")]
    record = db.session.scalars(select(UsageRecord)).one()
    tap, rounded = explaining.steps_of(queries.record_of(line.id, record.identity))
    assert (tap.amount, tap.tap.rate, tap.tap.markup) == (
        Decimal("262.639875"),
        Decimal("18.500000"),
        Decimal("0.15"),
    )
    assert (rounded.exact, rounded.charged) == (tap.amount, Decimal("262.6400"))


@pytest.mark.parametrize(
    ("abroad", "kind", "amount"),
    [
        (Abroad("20801", TapCharge(99999, 2, "EUR")), UsageKind.VOICE, "9.00"),
        (Abroad("310410"), UsageKind.SMS, "0.85"),
        (Abroad("26201", TapCharge(250, 2, "MXN")), UsageKind.SMS, "2.88"),
    ],
    ids=["the offer's own price", "as at home", "charged in our own currency"],
)
def test_what_use_abroad_costs(line, abroad, kind, amount):
    outcome = bring(use(line, 60 if kind is UsageKind.VOICE else 1, kind=kind, abroad=abroad))

    assert (outcome.accepted, charged()) == (1, [Decimal(amount)])


@pytest.mark.parametrize(
    ("abroad", "reason"),
    [
        (Abroad("26201"), "no_roaming_rate"),
        (Abroad("26201", TapCharge(1, 2, "USD")), "no_exchange_rate"),
        (Abroad("26201", TapCharge(-1, 2, "EUR")), "bad_charge"),
        (Abroad("26201", TapCharge(1, 99, "EUR")), "bad_charge"),
    ],
)
def test_use_abroad_without_a_price_comes_back_and_the_rest_counts(line, euros, abroad, reason):
    strange, plain = use(line, 60, abroad=abroad), use(line, 60)

    outcome = bring(strange, plain)

    assert [(each.record, each.reason) for each in outcome.refused] == [(strange, reason)]
    assert (outcome.accepted, charged()) == (1, [0])
    assert sum(day.voice for day in _days(line)) == 60


def _days(line):
    with clock.moved_to(MAY_5 + timedelta(days=3)):
        return queries.daily(line.id)


def test_the_steps_of_a_charge_sum_to_it(line):
    bring(use(line, 90, MAY_5 - timedelta(days=1)), use(line, 131))
    last = db.session.scalars(select(UsageRecord).order_by(UsageRecord.started_at.desc())).first()

    bucket, priced, rounded = explaining.steps_of(last)

    assert (bucket.units, priced.units, priced.price, priced.per) == (10, 121, Decimal("0.60"), 60)
    assert (priced.amount, rounded.charged) == (Decimal("1.21"), Decimal("1.21"))


def test_a_month_without_a_table_gets_one_when_its_first_record_comes(line):
    with clock.moved_to(datetime(2031, 3, 2, tzinfo=UTC)):
        outcome = service.ingest([use(line, 60, datetime(2031, 3, 1, tzinfo=UTC))], by=SYSTEM)
        made = service.make_months()
        again = service.make_months()

    assert outcome.accepted == 1
    assert (made, again) == (months.AHEAD, 0)
    where = text("SELECT tableoid::regclass::text FROM usage_record")
    assert db.session.scalars(where).all() == ["usage_month.usage_record_2031_03"]


@pytest.mark.parametrize(
    ("years", "reason"), [(-20, "too_old"), (20, "bad_time")], ids=["long past", "far ahead"]
)
def test_a_record_of_another_age_is_refused_and_makes_no_table(line, years, reason):
    at = MAY_5 + timedelta(days=365 * years)

    outcome = bring(use(line, 60, at))

    assert [each.reason for each in outcome.refused] == [reason]
    exists = text("SELECT to_regclass('usage_month.' || :name)")
    assert db.session.scalar(exists, {"name": months.name_of(months.month_of(at))}) is None


def test_a_name_that_comes_again_in_the_next_month_is_the_same_name(line):
    june = datetime(2026, 6, 2, tzinfo=UTC)
    with clock.moved_to(june):
        service.ingest([NewRecord(line.id, UsageKind.SMS, MAY_5, 1, record_id="7")], by=SYSTEM)
        outcome = service.ingest(
            [NewRecord(line.id, UsageKind.SMS, june, 1, record_id="7")], by=SYSTEM
        )

    assert [each.reason for each in outcome.refused] == ["differs"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"voice": {"per": 0, "price": "1"}},
        {"voice": {"per": 60, "price": "-1"}},
        {"voice": {"per": 60, "price": "NaN"}},
        {"voice": {"per": 60, "price": "1", "connect": "-1"}},
        {"voice": {**MINUTE, "steps": [{"per": 60, "price": "1"}]}},
        {"voice": {**MINUTE, "windows": [{"per": 60, "price": "1", "days": [7]}]}},
        {"voice": {**MINUTE, "windows": [{"per": 60, "price": "1", "since": "25:00"}]}},
        {"voice": {**MINUTE, "zones": {"moon": MINUTE}}},
        {"voice": "cheap"},
        {"steam": MINUTE},
        {"zones": {"+1": "usa"}},
        {"roaming": {"markup": "-0.5"}},
        {"roaming": {"networks": {"208": "europe"}, "zones": {"asia": {"sms": "home"}}}},
        {"voice": {"per": 60.5, "price": "1"}},
        {"voice": {"per": "60", "price": "1"}},
        {"voice": {"per": True, "price": "1"}},
        {"voice": {"per": float("inf"), "price": "1"}},
        {"voice": {**MINUTE, "minimun": 60}},
        {"voice": {**MINUTE, "windows": [{**MINUTE, "form": "18:00"}]}},
        {"voice": {**MINUTE, "steps": [{**MINUTE, "after": 60, "conect": "1"}]}},
        {"voice": {"per": 60, "price": "1_0"}},
        {"voice": {"per": 60, "price": "1e400"}},
        {"voice": {"per": 60, "price": "1000000000"}},
        {"voice": {**MINUTE, "minimum": 10**15}},
        {"voice": {**MINUTE, "concat_within": 10**15}},
        {"voice": {**MINUTE, "allowance": "false"}},
        {"voice": {**MINUTE, "windows": [{**MINUTE, "holidays": "no"}]}},
        {"buckets": {"data": {"throttle": "no"}}},
        {"buckets": {"data": {"priority": 2**31}}},
        {"buckets": {"data": {"rollover": {"min": 0, "max": 2**63}}}},
        {"buckets": {"data": {"rollover": {"min": 0, "max": 1.5}}}},
        {"buckets": {"data": {"rollover": {"min": 5, "max": 1}}}},
        {"buckets": {"data": {"networks": ["+52"]}}},
        {"buckets": {"data": {"networks": [208]}}},
        {"buckets": {"data": {"hours": [{"name": "", "quantity": 1, "since": "1", "until": "2"}]}}},
    ],
)
def test_rates_that_make_no_sense_are_not_published(wrong):
    with pytest.raises(Invalid):
        checked(wrong)


@pytest.mark.parametrize(
    ("currency", "rate"),
    [
        ("EUR", "0"),
        ("EUR", "-1"),
        ("EUR", "NaN"),
        ("EUR", "1.0000001"),
        ("MXN", "1"),
        ("euro", "1"),
    ],
)
def test_exchange_rates_that_are_none(database, currency, rate):
    with pytest.raises(Invalid):
        service.set_exchange_rate(currency, "MXN", date(2026, 5, 1), Decimal(rate), by=SYSTEM)


def test_an_agent_sets_no_exchange_rate(database):
    with pytest.raises(Forbidden):
        service.set_exchange_rate("EUR", "MXN", date(2026, 5, 1), Decimal(18), by=agent())
