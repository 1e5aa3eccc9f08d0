"""A session charged while it goes on costs what its closing record would: hours, steps, zones.

The twin is another line with the same plan, allowances and credit, whose record is taken in when
the session is over, by the same service as any other.
"""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalog.models import UsageKind
from app.catalog.rates import checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.usage import queries, service
from app.usage.charging import VALIDITY
from app.usage.errors import CreditExhausted, NoPriceAbroad
from app.usage.models import Bucket, ChargingSession, UsageRecord
from app.usage.records import LONGEST_CALL, NewRecord
from app.usage.roaming import Abroad
from app.usage.service import charging
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import BlockFactory, line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory
from tests.statements import statements
from tests.usage.test_charging import key

D = Decimal
MAY_1 = datetime(2026, 5, 1, tzinfo=UTC)
EVENING = datetime(2026, 5, 12, 23, 30, tzinfo=UTC)  # 17:30 in Mexico City, a Tuesday
VOICE, DATA, SMS = UsageKind.VOICE, UsageKind.DATA, UsageKind.SMS
# BILLING.md, "Time": connect 1 and 1/s until 18:00, then 0.5/s without.
EVENINGS = {
    "per": 1,
    "price": "0.5",
    "windows": [
        {"per": 1, "price": "1", "connect": "1", "days": [0, 1, 2, 3, 4], "until": "18:00"}
    ],
}
# BILLING.md, "Increments": 0.20 for the first minute, then 0.10 per 60 s by the second.
FALLING = {
    "per": 60,
    "price": "0.20",
    "connect": "0.40",
    "minimum": 60,
    "steps": [{"after": 60, "per": 60, "price": "0.10"}],
}


def prepaid(amount="10000.00", since=MAY_1, **rates):
    plan = OfferVersionFactory(prepaid=True, rates=checked(rates))
    line = line_with_plan(plan, activated_at=since)
    BalanceFactory(line=line, amount=D(amount))
    return line


def credit(line):
    return queries.balance_of(line.id).amount


def call(line, seconds, at=EVENING, every=600, kind=VOICE, **more):
    """Reported every so many seconds; what it cost."""
    name, left, number = key(), seconds, 0
    with clock.moved_to(at):
        charging.authorise(name, line.id, kind, wanted=every, by=SYSTEM, **more)
    while left > every:
        number, left, at = number + 1, left - every, at + timedelta(seconds=every)
        with clock.moved_to(at):
            charging.update(name, number, used=every, wanted=every, by=SYSTEM)
    with clock.moved_to(at + timedelta(seconds=left)):
        return charging.release(name, number + 1, used=left, by=SYSTEM).paid.amount


def record_of(line):
    return db.session.scalars(select(UsageRecord).where(UsageRecord.line_id == line.id)).one()


@pytest.mark.parametrize(
    ("voice", "seconds", "cost"),
    [
        (EVENINGS, 3600, "2701.00"),
        (FALLING, 130, "0.72"),  # 0.7167 with four decimals
        (FALLING, 60, "0.60"),
        ({"per": 60, "price": "0.60", "minimum": 60}, 121, "1.21"),
        ({"per": 60, "price": "0.60", "minimum": 60, "increment": 60}, 121, "1.80"),
        ({"per": 60, "price": "0.60", "minimum": 30, "increment": 6}, 121, "1.26"),
        ({"per": 60, "price": "0.60", "free_below": 3}, 2, "0.00"),
        ({"per": 60, "price": "0.60", "free_below": 3}, 3, "0.03"),
    ],
    ids=str,
)
@pytest.mark.parametrize("every", [7, 600, 3600])
def test_golden_figures_while_the_call_goes_on(database, voice, seconds, cost, every):
    line = prepaid(voice=voice)

    assert call(line, seconds, every=every if seconds < 1000 else 600) == D(cost)
    assert credit(line) == D("10000.00") - D(cost)


def test_a_holiday_beats_a_weekday_and_the_weekend_has_its_own_price(database):
    windows = [
        {"per": 1, "price": "3", "days": [5, 6]},
        {"per": 1, "price": "7", "holidays": True},
    ]
    line = prepaid(voice={"per": 1, "price": "1", "windows": windows})

    friday, saturday = datetime(2026, 5, 9, 5, 59, tzinfo=UTC), datetime(2026, 5, 9, 6, tzinfo=UTC)
    assert call(line, 120, friday) == 60 + 180
    assert call(line, 10, saturday) == 30
    assert call(line, 10, datetime(2026, 9, 16, 18, tzinfo=UTC)) == 70  # Independence Day


def test_the_fee_of_being_connected_is_held_and_paid_once(database):
    line, name = prepaid("0.62", voice=FALLING), key()

    with clock.moved_to(EVENING):
        quota = charging.authorise(name, line.id, VOICE, wanted=600, by=SYSTEM)
    # 0.40 and 0.20 for the minute; 0.02 are 12 seconds at 0.10 a minute
    assert (quota.granted, quota.final, quota.balance.amount) == (72, True, 0)
    with clock.moved_to(EVENING + timedelta(seconds=30)):
        quota = charging.release(name, 1, used=30, by=SYSTEM)
    assert (quota.paid.amount, quota.balance.amount) == (D("0.60"), D("0.02"))

    poor = prepaid("0.59", voice=FALLING)
    with pytest.raises(CreditExhausted):
        charging.authorise(key(), poor.id, VOICE, wanted=1, by=SYSTEM)


def test_a_call_that_begins_in_an_allowance_pays_no_connection(database):
    line = prepaid(voice=FALLING)
    BucketFactory(line=line, kind=VOICE, granted=60, starts_at=MAY_1)

    assert call(line, 130, every=40) == D("0.12")  # 70 s at 0.10 a minute


def test_use_abroad_has_the_price_of_its_zone(database):
    europe = {"voice": {"per": 60, "price": "6.00"}, "data": "home"}
    line = prepaid(
        voice=FALLING,
        data={"per": 1, "price": "0.01"},
        roaming={"networks": {"208": "europe"}, "zones": {"europe": europe}},
    )
    bucket = BucketFactory(line=line, kind=VOICE, granted=600, starts_at=MAY_1)

    assert call(line, 61, network="20801") == D("6.10")
    assert call(line, 50, kind=DATA, network="20801") == D("0.50")
    with pytest.raises(NoPriceAbroad):
        call(line, 61, network="50502")
    with pytest.raises(Invalid):
        call(line, 61, network="twenty")

    db.session.refresh(bucket)
    assert bucket.used == 0
    assert db.session.scalars(select(UsageRecord.abroad)).all() == [{"network": "20801"}] * 2


def test_calls_that_follow_each_other_closely_are_one(database):
    terms = {"per": 60, "price": "0.60", "minimum": 60, "increment": 60, "connect": "1"}
    line = prepaid(voice={**terms, "concat_within": 120})
    peer = {"other_party": "+525587654321"}

    first = call(line, 30, EVENING, **peer)
    second = call(line, 20, EVENING + timedelta(seconds=90), **peer)  # 50 s: still one minute
    third = call(line, 20, EVENING + timedelta(seconds=200), **peer)  # 70 s
    elsewhere = call(line, 20, EVENING + timedelta(seconds=210), other_party="+525587654322")

    assert [first, second, third, elsewhere] == [D("1.60"), 0, D("0.60"), D("1.60")]


def test_a_line_that_is_blocked_in_a_session_gets_no_more(database):
    line, name = prepaid(voice=FALLING), key()
    charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    BlockFactory(line=line)

    quota = charging.update(name, 1, used=60, wanted=60, by=SYSTEM)

    assert (quota.granted, quota.final, quota.paid.amount) == (0, True, D("0.60"))


def test_no_call_lasts_for_ever(database):
    line, name = prepaid("100000000.00", voice=EVENINGS), key()

    with clock.moved_to(EVENING):
        quota = charging.authorise(name, line.id, VOICE, wanted=2**50, by=SYSTEM)
        assert (quota.granted, quota.final) == (LONGEST_CALL, True)
        with pytest.raises(Invalid):
            charging.update(name, 1, used=LONGEST_CALL + 1, by=SYSTEM)
        assert charging.update(name, 2, used=LONGEST_CALL, wanted=9, by=SYSTEM).granted == 0


def test_a_long_call_works_its_tariff_out_again_and_costs_what_its_record_would(database):
    line, twin = prepaid(voice=EVENINGS), prepaid(voice=EVENINGS)
    day = 24 * 60 * 60

    paid = call(line, 2 * day, every=1500)

    with clock.moved_to(EVENING + timedelta(days=3)):
        service.ingest([NewRecord(twin.id, VOICE, EVENING, 2 * day)], by=SYSTEM)
    assert paid == record_of(twin).charged > 0
    assert record_of(line).because == record_of(twin).because


def test_a_request_is_one_statement(session):
    line, name = prepaid(voice=EVENINGS), key()
    charging._terms_of(line.id, SYSTEM)
    BucketFactory(line=line, kind=VOICE, granted=600, since=time(22), until=time(6))

    with clock.moved_to(EVENING):
        charging._policies_of("MX", int(EVENING.timestamp() // 60))
        with statements(session) as asked:
            charging.authorise(name, line.id, VOICE, wanted=600, by=SYSTEM)
            charging.update(name, 1, used=600, wanted=600, by=SYSTEM)

    assert len([each for each in asked if "charge_session" in each]) == len(asked) == 2


PRICES = st.decimals("0", "3", places=3).map(str)
RULES = st.sampled_from([(1, 1), (60, 1), (60, 60), (30, 6)])
HOURS = st.sampled_from(["00:00", "06:00", "17:00", "17:45", "18:00", "18:10", "22:00"])
MOMENTS = st.sampled_from(
    [
        EVENING,
        datetime(2026, 5, 13, 5, 50, tzinfo=UTC),  # before midnight
        datetime(2026, 5, 9, 5, 55, tzinfo=UTC),  # before a Saturday
        datetime(2026, 9, 16, 5, 50, tzinfo=UTC),  # before a holiday
    ]
)


@st.composite
def rate(draw):
    minimum, increment = draw(RULES)
    price = {"per": 60, "price": draw(PRICES), "minimum": minimum, "increment": increment}
    if draw(st.booleans()):
        price["connect"] = draw(PRICES)
    if draw(st.booleans()):
        after = draw(st.integers(1, 900))
        price["steps"] = [{"after": after, "per": 30, "price": draw(PRICES), "increment": 10}]
    return price


@st.composite
def tariff(draw):
    written = draw(rate())
    for holidays in draw(st.lists(st.booleans(), max_size=2)):
        window = {**draw(rate()), "since": draw(HOURS), "until": draw(HOURS)}
        days = {"holidays": True} if holidays else {"days": draw(st.sampled_from([[1, 2], [5, 6]]))}
        written.setdefault("windows", []).append({**window, **days})
    written["free_below"] = draw(st.sampled_from([0, 0, 5]))
    return written


@st.composite
def allowance(draw):
    made = {"granted": draw(st.sampled_from([0, 50, 400, 2000, None]))}
    made["priority"] = draw(st.integers(0, 2))
    if draw(st.booleans()):
        made["name"] = "hours"
        made["since"] = time.fromisoformat(draw(HOURS))
        made["until"] = time.fromisoformat(draw(HOURS))
    made["ends_in"] = draw(st.sampled_from([400, 1000, 10**6]))
    made["begins_in"] = draw(st.sampled_from([-(10**5), 300]))
    return made


# Used, wanted, and the seconds since the last report.
REPORTS = st.tuples(st.integers(0, 900), st.integers(1, 700), st.integers(1, 900))


def with_allowances(line, made, start, kind):
    for number, each in enumerate(made):
        terms = dict(each)
        terms["name"] = f"{terms.pop('name', '')}{number}"
        begins, ends = terms.pop("begins_in"), terms.pop("ends_in")
        BucketFactory(
            line=line,
            kind=kind,
            starts_at=start + timedelta(seconds=begins),
            expires_at=start + timedelta(seconds=ends),
            **terms,
        )


def used_of(line):
    query = select(Bucket.name, Bucket.used).where(Bucket.line_id == line.id)
    return dict(db.session.execute(query).all())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    written=tariff(),
    kind=st.sampled_from([VOICE, VOICE, VOICE, DATA, SMS]),
    allowances=st.lists(allowance(), max_size=3),
    reports=st.lists(REPORTS, min_size=1, max_size=5),
    amount=st.one_of(st.just(D("1000")), st.decimals("0", "30", places=2)),
    start=MOMENTS,
    boundary=st.sampled_from(["split", "split", "start_rate"]),
    rounding=st.sampled_from(["half_up", "half_even"]),
    zone=st.sampled_from(["America/Mexico_City", "America/New_York"]),
    wanted=st.integers(1, 700),
)
def test_what_was_charged_on_the_way_is_what_the_closing_record_costs(
    database, written, kind, allowances, reports, amount, start, boundary, rounding, zone, wanted
):
    lines = [prepaid(amount, **{kind.value: written}) for _ in range(2)]
    market = lines[0].account.market
    market.timezone = zone
    market.policies = {"tariff_boundary": boundary, "money_rounding": rounding}
    db.session.commit()
    charging._policies_of.cache_clear()
    for line in lines:
        with_allowances(line, allowances, start, kind)
    (line, twin), name, at = lines, key(), start
    with clock.moved_to(at):
        try:
            charging.authorise(name, line.id, kind, wanted=wanted, by=SYSTEM)
        except CreditExhausted:
            return
    for number, (used, more, later) in enumerate(reports, 1):
        at += timedelta(seconds=later)
        with clock.moved_to(at):
            quota = charging.update(name, number, used=used, wanted=more, by=SYSTEM)
        assert quota.balance.amount == credit(line) >= 0
    with clock.moved_to(at):
        paid = charging.release(name, len(reports) + 1, used=0, by=SYSTEM).paid.amount
        total = sum(used for used, *_ in reports)
        assert total or credit(line) == amount
        ended_at = at if kind is DATA else None
        record = NewRecord(twin.id, kind, start, total, ended_at=ended_at)
        assert service.ingest([record], by=SYSTEM).accepted == 1

    ours = record_of(line) if total else None
    theirs = record_of(twin)
    assert paid == theirs.charged
    assert used_of(line) == used_of(twin)
    assert credit(line) == credit(twin) == amount - paid
    if ours is not None:
        assert (ours.charged, ours.because) == (theirs.charged, theirs.because) or allowances


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    minutes=st.lists(st.integers(1, 29), min_size=1, max_size=12),
    start=st.sampled_from(
        [
            datetime(2026, 3, 8, 5, 30, tzinfo=UTC),  # the clock is put forward at 7:00
            datetime(2026, 11, 1, 4, 30, tzinfo=UTC),  # and back at 6:00
        ]
    ),
    since=st.sampled_from(["01:00", "01:30", "02:00", "02:30", "03:00"]),
)
def test_a_change_of_the_clock_in_a_session_is_no_different(database, minutes, start, since):
    night = {"per": 60, "price": "0.10", "since": since, "until": "04:00"}
    voice, begun = {"per": 60, "price": "1", "windows": [night]}, start - timedelta(days=1)
    lines = [prepaid(since=begun, voice=voice) for _ in range(2)]
    lines[0].account.market.timezone = "America/New_York"
    for line in lines:
        hours = {"since": time.fromisoformat(since), "until": time(3, 30), "granted": 1800}
        BucketFactory(line=line, kind=VOICE, starts_at=begun, **hours,
                      expires_at=start + timedelta(days=1))  # fmt: skip
    db.session.commit()
    charging._policies_of.cache_clear()
    (line, twin), name, at = lines, key(), start
    with clock.moved_to(at):
        charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
        for number, each in enumerate(minutes, 1):
            at += timedelta(minutes=each)
            with clock.moved_to(at):
                charging.update(name, number, used=60 * each, wanted=60, by=SYSTEM)
    with clock.moved_to(at):
        paid = charging.release(name, 99, used=0, by=SYSTEM).paid.amount
        record = NewRecord(twin.id, VOICE, start, 60 * sum(minutes))
        service.ingest([record], by=SYSTEM)

    assert paid == record_of(twin).charged
    assert used_of(line) == used_of(twin)


def test_one_that_went_silent_ended_when_it_was_last_heard_of(database):
    line, name = prepaid(data={"per": 1, "price": "0.01"}), key()
    bucket = BucketFactory(line=line, kind=DATA, granted=100, starts_at=MAY_1,
                           expires_at=EVENING + timedelta(minutes=12))  # fmt: skip
    with clock.moved_to(EVENING):
        charging.authorise(name, line.id, DATA, wanted=50, by=SYSTEM)
    heard = EVENING + timedelta(minutes=10)
    with clock.moved_to(heard):
        charging.update(name, 1, used=80, wanted=50, by=SYSTEM)

    with clock.moved_to(heard + VALIDITY + timedelta(minutes=1)):
        assert charging.expire_silent() == 1

    db.session.refresh(bucket)
    ended = db.session.scalars(select(ChargingSession.closed_at)).one()
    assert (bucket.used, ended, record_of(line).ended_at) == (80, heard, heard)
    assert credit(line) == D("10000.00")


def test_abroad_the_record_says_where(database):
    roaming = {"networks": {"310": "north"}, "zones": {"north": {"sms": {"per": 1, "price": "2"}}}}
    line, twin = (prepaid(sms={"per": 1, "price": "1"}, roaming=roaming) for _ in range(2))

    assert call(line, 3, kind=SMS, every=1, network="310260") == 6

    with clock.moved_to(EVENING + timedelta(days=1)):
        record = NewRecord(twin.id, SMS, EVENING, 3, abroad=Abroad("310260"))
        service.ingest([record], by=SYSTEM)
    assert record_of(twin).charged == 6
