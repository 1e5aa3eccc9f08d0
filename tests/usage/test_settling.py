"""Records rated by whole statements come to what the meter makes of them one by one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.usage import incoming, service, settling
from app.usage.events import AllowanceThresholdReached, AllowanceUsedUp
from app.usage.models import Balance, BalanceMovement, Bucket, DailyUsage, UsageRecord
from app.usage.records import NewRecord
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard

JUNE_1 = datetime(2026, 6, 1, 6, tzinfo=UTC)  # midnight in Mexico City
VOICE, DATA, SMS = UsageKind.VOICE, UsageKind.DATA, UsageKind.SMS
RATES = {
    "voice": {"per": 60, "price": "0.605", "minimum": 60, "increment": 6, "connect": "0.1"},
    "data": {"per": 1024**2, "price": "0.05"},
    "sms": {"per": 1, "price": "0.0001"},
}


@pytest.fixture
def lines(database):
    """Enough, unlimited, nothing included, nothing charged, a kind that ends, and prepaid."""
    plans = [
        OfferVersionFactory(includes={VOICE: 10_000, DATA: GIB, SMS: 100}, rates=RATES),
        OfferVersionFactory(includes={VOICE: None, DATA: None}, rates=RATES),
        OfferVersionFactory(includes={}, rates=RATES),
        OfferVersionFactory(includes={VOICE: 500, DATA: 900}, rates={}),
        OfferVersionFactory(includes={VOICE: 300, DATA: 400, SMS: 3}, rates=RATES),
        OfferVersionFactory(includes={VOICE: 300, DATA: 400}, rates=RATES, prepaid=True),
    ]
    made = [line_with_plan(each, activated_at=JUNE_1) for each in plans]
    BalanceFactory(line=made[-1], amount=Decimal(5))
    for each in made:
        service.grant(each.subscriptions[0], JUNE_1, JUNE_1 + timedelta(days=30))
    return made


uses = st.tuples(
    st.integers(0, 5),
    st.sampled_from(UsageKind),
    st.integers(0, 600),  # the minute it begins
    st.sampled_from([0, 1, 59, 61, 100, 150]),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deliveries=st.lists(st.lists(uses, min_size=1, max_size=12), min_size=1, max_size=3))
def test_whole_statements_and_the_meter_come_to_the_same(lines, deliveries):
    at_once, of_all = [], []

    def state(records):
        """All that a bill or a customer sees, after these deliveries."""
        for model in (UsageRecord, DailyUsage, BalanceMovement):
            db.session.execute(delete(model))
        db.session.execute(update(Bucket).values(used=0, told=0))
        db.session.execute(update(Balance).values(amount=5))
        db.session.commit()
        with clock.moved_to(JUNE_1 + timedelta(days=2)), heard(*TOLD) as said:
            for each in records:
                service.ingest(each, by=SYSTEM)
        return (
            {_told(each) for each in _rows(UsageRecord)},
            {(each.id, each.used, each.told) for each in _rows(Bucket)},
            {(each.line_id, each.day, each.kind, each.quantity) for each in _rows(DailyUsage)},
            [each.amount for each in _rows(Balance)],
            {str(each) for each in said},
        )

    records = [[_record(lines, use, n, m) for m, use in enumerate(each)]
               for n, each in enumerate(deliveries)]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        left = incoming.left
        patch.setattr(incoming, "left", lambda: _noting(left(), at_once))
        fast = state(records)
        patch.setattr(settling, "settle", lambda *_: [])
        patch.setattr(incoming, "left", lambda: _noting(left(), of_all))
        careful = state(records)

    assert fast == careful
    assert at_once != of_all or all(use[0] == 5 for each in deliveries for use in each)


def test_of_an_allowance_that_ends_in_a_delivery_each_record_has_what_is_left(lines):
    ends = lines[4]
    calls = [
        NewRecord(ends.id, VOICE, JUNE_1 + timedelta(minutes=n), 100, record_id=str(n))
        for n in range(4)
    ]

    with clock.moved_to(JUNE_1 + timedelta(days=2)), heard(AllowanceUsedUp) as said:
        service.ingest(calls[::-1], by=SYSTEM)

    # Each counts 102 s: 102 + 102 + 96 of 300, then 6 s and 102 s at 0.605 a minute.
    found = sorted(_rows(UsageRecord), key=lambda each: each.started_at)
    assert [each.units for each in found] == [102, 102, 96, None]
    assert [each.charged for each in found] == [0, 0, Decimal("0.06"), Decimal("1.13")]
    assert said == [AllowanceUsedUp(ends.id, "voice")]


TOLD = (AllowanceThresholdReached, AllowanceUsedUp)


def _record(lines, use, delivery, place):
    line, kind, minute, quantity = use
    at = JUNE_1 + timedelta(minutes=minute)
    name = f"{delivery}-{place}"
    return NewRecord(lines[line].id, kind, at, quantity, "+525587654321", record_id=name)


def _told(record):
    because = str(record.because)
    return record.identity, record.charged, record.bucket_id, record.units, because


def _rows(model):
    return db.session.scalars(select(model).execution_options(populate_existing=True)).all()


def _noting(uses, where):
    where.append(len(uses))
    return uses
