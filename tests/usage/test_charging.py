"""Prepaid sessions: reserved, debited, released; each request once, never below zero."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Rounding
from app.markets.policies import Policies
from app.subscriptions.errors import LineNotActive
from app.subscriptions.service import close_line
from app.usage import explaining, queries, service
from app.usage.errors import CreditExhausted, NotPrepaid, SessionClosed, UnknownSession
from app.usage.events import BalanceChanged
from app.usage.metering import Meter, PlanTerm
from app.usage.models import (
    Balance,
    BalanceMovement,
    Bucket,
    ChargingSession,
    DailyUsage,
    UsageRecord,
)
from app.usage.records import NewRecord, Use
from app.usage.service import charging
from app.usage.tariffs import Calendar
from tests.factories.actors import agent, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import BlockFactory, line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory
from tests.heard import heard

MAY_1 = datetime(2026, 5, 1, tzinfo=UTC)
MAY_10 = datetime(2026, 5, 10, 18, tzinfo=UTC)
VOICE, DATA, SMS = UsageKind.VOICE, UsageKind.DATA, UsageKind.SMS


def prepaid(amount="10.00", **version):
    line = line_with_plan(OfferVersionFactory(prepaid=True, **version), activated_at=MAY_1)
    if amount is not None:
        BalanceFactory(line=line, amount=Decimal(amount))
    return line


def key():
    return f"gw.example;{new_id().hex}"


def credit(line):
    return queries.balance_of(line.id).amount


def moved():
    return db.session.scalar(select(func.coalesce(func.sum(BalanceMovement.amount), 0)))


def test_a_call_is_reserved_debited_and_the_rest_comes_back(database):
    line, name = prepaid("10.00"), key()  # 0.60 a minute, 60/1

    first = charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    assert (first.granted, first.final, first.balance.amount) == (60, False, Decimal("9.40"))
    second = charging.update(name, 1, used=60, wanted=60, by=SYSTEM)
    assert (second.paid.amount, second.balance.amount) == (Decimal("0.60"), Decimal("8.80"))
    with heard(BalanceChanged) as said:
        last = charging.release(name, 2, used=61, by=SYSTEM)

    assert last.paid.amount == Decimal("1.21")  # 121 s at 60/1: BILLING.md, Increments
    assert credit(line) == last.balance.amount == Decimal("8.79")
    assert moved() == Decimal("-1.21")
    assert said == [BalanceChanged(line.id, line.customer_id, Decimal("8.79"))]
    record = db.session.scalars(select(UsageRecord)).one()
    assert (record.quantity, record.charged) == (121, Decimal("1.21"))
    assert db.session.scalars(select(DailyUsage.quantity)).one() == 121


def test_buckets_go_first_and_credit_pays_the_rest(database):
    line, name = prepaid("1.00"), key()
    bucket = BucketFactory(line=line, kind=VOICE, granted=90)

    quota = charging.authorise(name, line.id, VOICE, wanted=100, by=SYSTEM)

    db.session.refresh(bucket)
    assert (quota.granted, bucket.used, credit(line)) == (100, 90, Decimal("0.90"))
    charging.release(name, 1, used=30, by=SYSTEM)
    db.session.refresh(bucket)
    assert (bucket.used, credit(line), moved()) == (60, Decimal("1.00"), 0)  # a minute at least


def test_what_cannot_be_paid_is_not_granted_and_the_last_unit_says_so(database):
    line, name = prepaid("0.95"), key()

    quota = charging.authorise(name, line.id, VOICE, wanted=600, by=SYSTEM)
    assert (quota.granted, quota.final, quota.balance.amount) == (95, True, 0)
    quota = charging.update(name, 1, used=95, wanted=60, by=SYSTEM)
    assert (quota.granted, quota.final, quota.paid.amount) == (0, True, Decimal("0.95"))
    charging.release(name, 2, used=0, by=SYSTEM)

    with pytest.raises(CreditExhausted):
        charging.authorise(key(), line.id, VOICE, wanted=1, by=SYSTEM)
    assert credit(line) == 0


def test_a_minimum_that_cannot_be_paid_is_not_begun(database):
    line = prepaid("0.59")

    with pytest.raises(CreditExhausted):
        charging.authorise(key(), line.id, VOICE, wanted=10, by=SYSTEM)
    assert db.session.scalars(select(ChargingSession)).all() == []


def test_credit_finer_than_the_currency_is_never_rounded_below_zero(database):
    line = prepaid("0.955")

    quota = charging.authorise(key(), line.id, VOICE, wanted=600, by=SYSTEM)

    assert (quota.granted, quota.balance.amount) == (95, Decimal("0.0050"))


def test_what_was_used_beyond_the_grant_takes_what_there_is_and_no_more(database):
    line, name = prepaid("1.00"), key()

    charging.authorise(name, line.id, SMS, wanted=1, by=SYSTEM)
    quota = charging.release(name, 1, used=5, by=SYSTEM)

    assert (quota.paid.amount, credit(line)) == (Decimal("1.00"), 0)
    assert db.session.scalars(select(ChargingSession.due)).one() == Decimal("4.25")


def test_the_same_number_again_gets_the_same_answer(database):
    line, name = prepaid(), key()
    first = charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    second = charging.update(name, 1, used=60, wanted=120, by=SYSTEM)

    assert charging.update(name, 1, used=60, wanted=120, by=SYSTEM) == second
    assert charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM) == first
    released = charging.release(name, 2, used=1, by=SYSTEM)
    assert charging.release(name, 2, used=1, by=SYSTEM) == released

    with pytest.raises(Conflict):
        charging.update(name, 1, used=61, wanted=120, by=SYSTEM)
    with pytest.raises(Conflict):
        charging.authorise(name, line.id, VOICE, number=9, by=SYSTEM)
    with pytest.raises(SessionClosed):
        charging.update(name, 3, used=1, by=SYSTEM)
    assert moved() == Decimal("-0.61")
    assert len(db.session.scalars(select(UsageRecord)).all()) == 1


def test_a_session_belongs_to_one_line(committing):
    lines, name = [prepaid().id for _ in range(4)], key()

    def begin(line_id):
        with db.session_scope():
            try:
                return charging.authorise(name, line_id, VOICE, wanted=60, by=SYSTEM).granted
            except Conflict:
                return "conflict"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(begin, lines))

    assert sorted(told, key=str) == [60, "conflict", "conflict", "conflict"]
    winner = lines[told.index(60)]
    assert [begin(each) for each in lines].count(60) == 1
    assert begin(winner) == 60


def test_sums_that_no_table_can_hold_are_refused(committing):
    line, name = prepaid(), key()
    charging.authorise(name, line.id, SMS, wanted=1, by=SYSTEM)

    with pytest.raises(Invalid):
        charging.update(name, 1, used=2**50, wanted=0, by=SYSTEM)

    assert charging.release(name, 1, used=1, by=SYSTEM).paid.amount == Decimal("0.85")


def test_reports_count_whatever_order_they_come_in(database):
    line, name = prepaid(), key()
    charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)

    for number in (3, 1, 2):
        quota = charging.update(name, number, used=40, wanted=0, by=SYSTEM)

    assert quota.paid.amount == Decimal("1.20")


def test_a_silent_session_gives_back_what_it_holds(database):
    line, name = prepaid(), key()
    with clock.moved_to(MAY_10):
        charging.authorise(name, line.id, VOICE, wanted=600, by=SYSTEM)
        charging.update(name, 1, used=60, wanted=540, by=SYSTEM)
        assert charging.expire_silent() == 0
    assert credit(line) == Decimal("4.00")

    with clock.moved_to(MAY_10 + timedelta(minutes=31)):
        assert (charging.expire_silent(), charging.expire_silent()) == (1, 0)

    assert credit(line) == Decimal("9.40")
    assert db.session.scalars(select(UsageRecord.quantity)).one() == 60
    with pytest.raises(SessionClosed):
        charging.release(name, 2, used=1, by=SYSTEM)


def test_an_allowance_that_ends_in_a_session_gives_what_was_used_before(database):
    line, name = prepaid("0.00"), key()
    with clock.moved_to(MAY_10):
        bucket = BucketFactory(
            line=line, kind=DATA, granted=1000, expires_at=MAY_10 + timedelta(minutes=5)
        )
        charging.authorise(name, line.id, DATA, wanted=300, by=SYSTEM)

    with clock.moved_to(MAY_10 + timedelta(minutes=10)):
        quota = charging.update(name, 1, used=400, wanted=100, by=SYSTEM)

    db.session.refresh(bucket)
    assert (quota.granted, quota.final, bucket.used) == (0, True, 200)  # half of the time


def test_lines_that_cannot_be_charged(database):
    postpaid = line_with_plan()
    with pytest.raises(NotPrepaid):
        charging.authorise(key(), postpaid.id, VOICE, by=SYSTEM)
    blocked = prepaid()
    BlockFactory(line=blocked)
    with pytest.raises(LineNotActive):
        charging.authorise(key(), blocked.id, VOICE, by=SYSTEM)
    closed = prepaid()
    close_line(closed.id, by=SYSTEM, reason="request")
    with pytest.raises((LineNotActive, NotFound)):
        charging.authorise(key(), closed.id, VOICE, by=SYSTEM)
    with pytest.raises(NotFound):
        charging.authorise(key(), new_id(), VOICE, by=SYSTEM)
    with pytest.raises(UnknownSession):
        charging.update(key(), 1, used=1, by=SYSTEM)


def test_who_may_not_charge_and_what_makes_no_sense(database):
    line, name = prepaid(), key()
    with pytest.raises(Forbidden):
        charging.authorise(name, line.id, VOICE, by=agent())
    foreign = staff("administrator", markets=["BR"])
    with pytest.raises(NotFound):
        charging.authorise(name, line.id, VOICE, by=foreign)
    charging.authorise(name, line.id, VOICE, by=SYSTEM)
    with pytest.raises(UnknownSession):
        charging.update(name, 1, used=1, by=foreign)
    for wrong in ({"used": -1}, {"used": 2**60}, {"used": 1, "wanted": -1}):
        with pytest.raises(Invalid):
            charging.update(name, 1, by=SYSTEM, **wrong)
    for bad in ("", "x" * 201, "a\0b"):
        with pytest.raises(Invalid):
            charging.authorise(bad, line.id, VOICE, by=SYSTEM)


def test_a_new_price_is_used_from_the_next_session_on(database):
    line = prepaid("10.00")
    charging.release(_open(line), 1, used=60, by=SYSTEM)
    dearer = OfferVersionFactory(prepaid=True, rates={"voice": {"per": 60, "price": "1.20"}})
    line.subscriptions[0].version = dearer
    db.session.commit()

    quota = charging.release(_open(line), 1, used=60, by=SYSTEM)

    assert quota.paid.amount == Decimal("1.20")


def _open(line):
    name = key()
    charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    return name


STEPS = st.sampled_from([(60, 1), (60, 60), (30, 6), (1, 1)])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    parts=st.lists(st.integers(0, 200), min_size=1, max_size=6),
    bucket=st.integers(0, 400),
    step=STEPS,
    price=st.decimals("0.01", "2.00", places=3),
    amount=st.decimals("0", "12", places=2),
    half_even=st.booleans(),
)
def test_a_session_in_parts_costs_what_its_record_would(
    database, parts, bucket, step, price, amount, half_even
):
    """The function and the meter are two writings of one rule: they must agree to the cent."""
    rates = {"voice": {"per": 60, "price": str(price), "minimum": step[0], "increment": step[1]}}
    rounding = Rounding.HALF_EVEN if half_even else Rounding.HALF_UP
    line, name = prepaid(amount, rates=rates), key()
    line.account.market.policies = {**line.account.market.policies, "money_rounding": rounding}
    db.session.commit()
    charging._policies_of.cache_clear()
    allowance = BucketFactory(line=line, kind=VOICE, granted=bucket)
    try:
        charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    except CreditExhausted:
        return
    for number, part in enumerate(parts, 1):
        charging.update(name, number, used=part, wanted=45, by=SYSTEM)
        assert credit(line) >= 0
    paid = charging.release(name, len(parts) + 1, used=0, by=SYSTEM).paid.amount

    db.session.refresh(allowance)
    twin = _twin(allowance)
    plan = PlanTerm(line.activated_at - timedelta(days=1), None, rates)
    policies = Policies("UTC", Decimal(0), money_rounding=rounding)
    meter = Meter("MXN", [plan], {VOICE: [twin]}, Calendar("UTC"), lambda _: policies, amount)
    assert paid == meter.rate(Use(new_id(), line.id, VOICE, clock.now(), sum(parts))).charged
    assert (allowance.used, credit(line)) == (twin.used, meter.credit)


def _twin(allowance):
    from app.usage.buckets import OpenBucket

    return OpenBucket(
        allowance.id, VOICE, allowance.granted, 0, 0, allowance.starts_at, allowance.expires_at
    )


ZONES = {
    "voice": {
        "per": 60,
        "price": "0.60",
        "minimum": 60,
        "windows": [{"per": 60, "price": "1.20", "since": "12:00", "until": "18:00"}],
        "zones": {"far": {"per": 60, "price": "6.00", "minimum": 60, "allowance": False}},
    },
    "zones": {"1": "far"},
}


def test_a_call_far_away_has_the_price_of_its_zone_and_no_allowance(database):
    line, name = prepaid("10.00", rates=ZONES), key()
    bucket = BucketFactory(line=line, kind=VOICE, granted=600)

    charging.authorise(name, line.id, VOICE, wanted=60, other_party="+14155550100", by=SYSTEM)
    quota = charging.release(name, 1, used=60, by=SYSTEM)

    db.session.refresh(bucket)
    assert (quota.paid.amount, bucket.used) == (Decimal("6.00"), 0)


def test_a_call_is_split_where_the_tariff_changes(database):
    line, name = prepaid("10.00", rates=ZONES), key()
    with clock.moved_to(datetime(2026, 5, 10, 23, 59, tzinfo=UTC)):  # 17:59 in Mexico City
        charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
    with clock.moved_to(datetime(2026, 5, 11, 0, 1, tzinfo=UTC)):
        quota = charging.release(name, 1, used=120, by=SYSTEM)

    assert quota.paid.amount == Decimal("1.80")


def test_units_that_rolled_over_count_and_night_units_only_at_night(database):
    line, name = prepaid("0.00"), key()
    night = {"name": "night", "since": time(22), "until": time(6)}
    with clock.moved_to(MAY_10):  # noon in Mexico City
        BucketFactory(line=line, kind=DATA, granted=100, carried=50)
        BucketFactory(line=line, kind=DATA, granted=300, **night)

        assert charging.authorise(name, line.id, DATA, wanted=500, by=SYSTEM).granted == 150
    with clock.moved_to(MAY_10 + timedelta(hours=10, minutes=5)):
        assert charging.update(name, 1, used=150, wanted=500, by=SYSTEM).granted == 300
    with clock.moved_to(MAY_10 + timedelta(hours=18, minutes=5)):  # the night is over
        quota = charging.release(name, 2, used=400, by=SYSTEM)

    used = db.session.scalars(select(Bucket.used).order_by(Bucket.granted)).all()
    assert (used, quota.paid.amount) == ([150, 243], 0)  # 550 in 1085 minutes, 480 of them night


def test_what_a_session_did_not_use_of_a_period_that_ended_is_left_to_the_next(database):
    line, name = prepaid("0.00"), key()
    end = MAY_10 + timedelta(minutes=5)
    with clock.moved_to(MAY_10):
        gone = BucketFactory(line=line, kind=DATA, granted=1000, expires_at=end)
        charging.authorise(name, line.id, DATA, wanted=800, by=SYSTEM)
    following = BucketFactory(
        line=line, kind=DATA, granted=1000, starts_at=end, before_id=gone.id, most_carried=900,
        carried=200, expires_at=end + timedelta(days=30),
    )  # fmt: skip

    with clock.moved_to(end + timedelta(minutes=5)):
        charging.release(name, 1, used=300, by=SYSTEM)

    db.session.refresh(following)
    assert (following.carried, following.used) == (850, 150)  # half of the time each


def test_the_record_says_what_was_drawn_and_paid_and_stays_as_it_is(database):
    line, name = prepaid("10.00"), key()
    with clock.moved_to(MAY_10):
        bucket = BucketFactory(line=line, kind=VOICE, granted=90)
        charging.authorise(name, line.id, VOICE, wanted=60, by=SYSTEM)
        charging.update(name, 1, used=60, wanted=60, by=SYSTEM)
        charging.release(name, 2, used=60, by=SYSTEM)
    record = db.session.scalars(select(UsageRecord)).one()
    told = (record.bucket_id, record.units, record.charged)
    assert told == (bucket.id, 90, Decimal("0.30"))
    assert explaining.steps_of(record)[1:] == [
        explaining.Priced(MAY_10, 30, Decimal("0.6"), 60, Decimal("0.30")),
        explaining.Rounded(Decimal("0.30"), Decimal("0.30"), limited=False),
    ]

    with clock.moved_to(MAY_10 + timedelta(hours=1)):
        earlier = NewRecord(line.id, VOICE, MAY_10 - timedelta(hours=1), 60)
        service.ingest([earlier], by=SYSTEM)

    db.session.refresh(record)
    db.session.refresh(bucket)
    assert (record.bucket_id, record.units, record.charged, bucket.used) == (*told, 90)
    assert credit(line) == Decimal("9.10")
    assert moved() == Decimal("-0.90")


def test_two_hundred_debits_at_once_of_many_sessions_stop_at_zero(committing):
    line = prepaid("50.00")  # 0.85 a message: 58 are paid for
    line_id, before = line.id, Decimal("50.00")

    def send(number):
        with db.session_scope():
            name = f"sms-{number}"
            try:
                charging.authorise(name, line_id, SMS, wanted=1, by=SYSTEM)
            except CreditExhausted:
                return 0
            return charging.release(name, 1, used=1, by=SYSTEM).paid.amount

    with ThreadPoolExecutor(24) as pool:
        paid = list(pool.map(send, [*range(200), *range(50)]))

    db.session.rollback()
    assert sum(each > 0 for each in paid[:200]) >= 58
    assert db.session.scalars(select(Balance.amount)).one() == before + moved() == Decimal("0.70")
    assert db.session.scalar(select(func.count()).select_from(UsageRecord)) == 58


def test_two_hundred_reports_of_one_session_at_once_count_once_each(committing):
    line = prepaid("100.00")
    BucketFactory(line=line, kind=SMS, granted=60)
    name = key()
    charging.authorise(name, line.id, SMS, wanted=10, by=SYSTEM)

    def report(number):
        with db.session_scope():
            return charging.update(name, number, used=1, wanted=3, by=SYSTEM)

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(report, [*range(1, 201), *range(1, 101)]))
    quota = charging.release(name, 900, used=0, by=SYSTEM)

    db.session.rollback()
    session = db.session.scalars(select(ChargingSession)).one()
    assert (session.used, session.open_since, session.open_until) == (200, [60], [200])
    assert db.session.scalars(select(Bucket.used)).one() == 60
    assert session.paid + quota.balance.amount == 100
    assert quota.balance.amount == 0  # 140 at 0.85 are 119.00, and there were 100.00
    assert moved() == -100


def test_records_and_sessions_at_once_draw_on_each_unit_once(committing):
    line = line_with_plan(
        OfferVersionFactory(prepaid=True), activated_at=clock.now() - timedelta(days=1)
    )
    BalanceFactory(line=line, amount=Decimal("20.00"))
    BucketFactory(line=line, kind=SMS, granted=30)
    line_id = line.id

    def use(number):
        with db.session_scope():
            if number % 2:
                record = NewRecord(line_id, SMS, clock.now(), 1, record_id=str(number))
                service.ingest([record], by=SYSTEM)
            else:
                charging.authorise(f"s{number}", line_id, SMS, wanted=1, by=SYSTEM)
                charging.release(f"s{number}", 1, used=1, by=SYSTEM)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(use, range(50)))

    db.session.rollback()
    assert db.session.scalars(select(Bucket.used)).one() == 30
    assert db.session.scalars(select(Balance.amount)).one() == Decimal("3.00")  # 20 at 0.85
    assert moved() == Decimal("-17.00")
