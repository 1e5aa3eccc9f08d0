"""The order in which records arrive, and how they are divided, changes nothing on a bill."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.billing import queries as billing
from app.billing import service as bills
from app.billing.models import Charge, ChargeKind
from app.catalog.models import OfferKind, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.usage import service
from app.usage.models import Bucket, DailyUsage, UsageRecord
from app.usage.records import NewRecord
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import SubscriptionFactory, line_with_plan

JAN_1 = datetime(2026, 1, 1, 6, tzinfo=UTC)  # midnight in Mexico City
FEB_1 = datetime(2026, 2, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
PEAK = {
    "voice": {
        "per": 60,
        "price": "0.60",
        "minimum": 60,
        "windows": [{"per": 60, "price": "1.20", "since": "12:00", "until": "18:00"}],
    },
    "data": {"per": 1, "price": "0.01"},
}


def plan(seconds=300, rates=PEAK, **more):
    return OfferVersionFactory(
        includes={UsageKind.VOICE: seconds}, rates=rates, price=Decimal(100), **more
    )


def call(line, at, seconds=90, name=None, **more):
    given = {"kind": UsageKind.VOICE, "other_party": "+525587654321"} | more
    return NewRecord(line.id, started_at=at, quantity=seconds, record_id=name, **given)


def bring(*records, at):
    with clock.moved_to(at):
        outcome = service.ingest(records, by=SYSTEM)
    assert outcome.accepted == len(records), outcome


def bill(line, day):
    with clock.moved_to(datetime.combine(day, time(12), UTC)):
        bills.run_cycle("MX", day, by=SYSTEM)
    query = select(Charge).where(Charge.line_id == line.id, Charge.kind == ChargeKind.USAGE)
    rows = db.session.scalars(query.where(Charge.period_end == day)).all()
    return sorted((row.because["prior"], row.description, row.amount) for row in rows)


def charged():
    query = select(UsageRecord.charged).order_by(UsageRecord.started_at, UsageRecord.identity)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_ninety_seconds_of_january_that_arrive_in_february_are_a_prior_period(database):
    flat = {"voice": {"per": 60, "price": "0.60", "minimum": 60}}
    line = line_with_plan(plan(0, flat), activated_at=JAN_1)
    bring(call(line, JAN_1 + 3 * DAY, 60), at=JAN_1 + 4 * DAY)
    january = bill(line, date(2026, 2, 1))

    bring(call(line, JAN_1 + 29 * DAY, 90), at=FEB_1 + 2 * DAY)
    february = bill(line, date(2026, 3, 1))

    assert january == [(False, "voice", Decimal("0.60"))]
    assert february == [(True, "voice", Decimal("0.90"))]
    first = billing.invoices_of(customer_id=line.customer_id)[-1]
    assert first.total == Decimal("200.60")  # January and February in advance, and 60 s


def test_seconds_left_in_the_bucket_of_january_pay_for_a_late_record_of_january(database):
    line = line_with_plan(plan(260), activated_at=JAN_1)
    bring(call(line, JAN_1 + 3 * DAY, 60), at=JAN_1 + 4 * DAY)
    bill(line, date(2026, 2, 1))

    bring(call(line, JAN_1 + 29 * DAY, 90), at=FEB_1 + 2 * DAY)

    assert charged() == [0, 0]
    assert bill(line, date(2026, 3, 1)) == []


def test_what_is_on_a_closed_bill_is_not_rated_anew(database):
    """A late, cheap call would have been first in the bucket; the dear one behind it is billed."""
    line = line_with_plan(plan(60), activated_at=JAN_1)
    noon = JAN_1 + 3 * DAY + timedelta(hours=14)
    bring(call(line, noon, 60), call(line, noon + DAY, 60), at=noon + 2 * DAY)
    assert bill(line, date(2026, 2, 1)) == [(False, "voice", Decimal("1.20"))]

    bring(call(line, noon - DAY / 3, 60), at=FEB_1 + DAY)

    assert charged() == [Decimal("0.60"), 0, Decimal("1.20")]
    assert bill(line, date(2026, 3, 1)) == [(True, "voice", Decimal("0.60"))]


def test_before_the_bill_a_record_that_comes_late_takes_its_place(database):
    line = line_with_plan(plan(60), activated_at=JAN_1)
    morning = JAN_1 + 3 * DAY + timedelta(hours=3)
    bring(call(line, morning + DAY / 2, 60), at=morning + DAY)

    bring(call(line, morning, 60), at=morning + DAY)

    # The first has the bucket now; the one at peak costs its price.
    assert charged() == [0, Decimal("1.20")]


@pytest.fixture
def rich(database):
    """A line with a plan that rolls over, night minutes, and an add-on into the next month."""
    MarketFactory(code="MX", policies={**MarketFactory().policies})
    version = plan(
        rates={
            **PEAK,
            "buckets": {
                "voice": {
                    "rollover": {"min": 0, "max": 120},
                    "hours": [
                        {"name": "night", "quantity": 100, "since": "22:00", "until": "06:00"}
                    ],
                }
            },
        }
    )
    line = line_with_plan(version, activated_at=JAN_1)
    extra = OfferVersionFactory(
        offer=OfferFactory(kind=OfferKind.ADD_ON),
        validity_days=10,
        includes={UsageKind.VOICE: 150},
        rates={},
    )
    add_on = SubscriptionFactory(
        line=line,
        version=extra,
        kind=OfferKind.ADD_ON,
        starts_at=JAN_1 + 25 * DAY,
        ends_at=JAN_1 + 35 * DAY,
    )
    return line, add_on


moments = st.tuples(st.integers(0, 45), st.integers(0, 23), st.sampled_from([10, 61, 90, 200]))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    made=st.lists(moments, min_size=2, max_size=9),
    order=st.randoms(use_true_random=False),
    cuts=st.sets(st.integers(1, 8)),
)
def test_any_order_and_any_division_gives_the_same_bill(rich, made, order, cuts):
    line, add_on = rich
    records = [
        call(line, JAN_1 + n * DAY + timedelta(hours=hour, minutes=50, seconds=place), seconds)
        for place, (n, hour, seconds) in enumerate(made)
    ]

    def outcome(deliveries):
        db.session.execute(delete(UsageRecord))
        db.session.execute(delete(DailyUsage))
        db.session.execute(delete(Bucket))
        db.session.commit()
        service.grant(add_on, add_on.starts_at, add_on.ends_at)
        for each in deliveries:
            bring(*each, at=FEB_1 + 20 * DAY)
        buckets = db.session.scalars(select(Bucket).execution_options(populate_existing=True))
        state = {(b.name, b.priority, b.starts_at): (b.used, b.carried) for b in buckets}
        return charged(), {key: each for key, each in state.items() if each != (0, 0)}

    mixed = records[:]
    order.shuffle(mixed)
    edges = [0, *sorted(cut for cut in cuts if cut < len(mixed)), len(mixed)]
    parts = [mixed[a:b] for a, b in pairwise(edges)]

    assert outcome([records]) == outcome(parts) == outcome([[each] for each in records])
