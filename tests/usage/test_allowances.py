"""Night units, rollover, overage that is carried on, thresholds and the end of the data.

Figures: BILLING.md "Buckets", and arithmetic from the rules as they are stated there.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.models import OfferKind, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.markets import service as markets
from app.subscriptions import service as lines
from app.subscriptions.models import Block, BlockEffect
from app.usage import queries, service, tasks
from app.usage.events import AllowanceThresholdReached, AllowanceUsedUp
from app.usage.models import Bucket, UsageRecord
from app.usage.records import NewRecord
from app.usage.service import quota
from tests.factories.actors import agent
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import SubscriptionFactory, line_with_plan
from tests.heard import heard

JUNE_1 = datetime(2026, 6, 1, 6, tzinfo=UTC)  # midnight in Mexico City
DAY = timedelta(days=1)
MB = 1_000_000
PRICED = {"data": {"per": MB, "price": "1"}, "voice": {"per": 60, "price": "0.60", "minimum": 60}}


def line_on(included, *, rates=PRICED, buckets=None, **more):
    plan = OfferVersionFactory(
        includes=included, rates=rates | ({"buckets": buckets} if buckets else {})
    )
    return line_with_plan(plan, activated_at=JUNE_1, **more)


def data(line, megabytes, at, lasts=timedelta(0)):
    return NewRecord(
        line.id, UsageKind.DATA, started_at=at, quantity=megabytes * MB, ended_at=at + lasts
    )


def bring(*records, at):
    with clock.moved_to(at):
        outcome = service.ingest(records, by=SYSTEM)
    assert outcome.accepted == len(records), outcome


def left(line, at):
    """In megabytes, by name and priority."""
    with clock.moved_to(at):
        rows = queries.buckets_of([line.id])[line.id]
    return {(row.name, row.priority): row.left // MB for row in rows}


def charged():
    query = select(UsageRecord.charged).order_by(UsageRecord.started_at)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def test_night_units_are_for_the_night_even_if_the_record_closes_later(database):
    night = {"name": "night", "quantity": 300 * MB, "since": "18:00", "until": "00:00"}
    line = line_on({UsageKind.DATA: 1024 * MB}, buckets={"data": {"hours": [night]}})
    top_up = OfferVersionFactory(
        offer=OfferFactory(kind=OfferKind.ADD_ON),
        validity_days=None,
        includes={UsageKind.DATA: 500 * MB},
        rates={"buckets": {"data": {"priority": 2}}},
    )
    SubscriptionFactory(line=line, version=top_up, kind=OfferKind.ADD_ON, starts_at=JUNE_1)
    evening = JUNE_1 + 10 * DAY + timedelta(hours=23)

    # 700 MB in 105 minutes, of which 60 are before midnight: 400 MB.
    bring(data(line, 700, evening, timedelta(minutes=105)), at=evening + DAY)

    assert left(line, evening) == {("night", 0): 0, ("", 1): 624, ("", 2): 500}
    bring(data(line, 10, evening + timedelta(hours=2)), at=evening + DAY)
    assert left(line, evening) == {("night", 0): 0, ("", 1): 614, ("", 2): 500}


def test_a_call_over_midnight_is_cut_where_the_night_minutes_end(database):
    night = {"name": "night", "quantity": 600, "since": "22:00", "until": "00:00"}
    line = line_on({UsageKind.VOICE: 0}, buckets={"voice": {"hours": [night]}})
    begins = JUNE_1 + 3 * DAY - timedelta(seconds=90)

    bring(NewRecord(line.id, UsageKind.VOICE, begins, 150), at=begins + DAY)

    assert charged() == [Decimal("0.60")]  # the 60 s after midnight
    assert db.session.scalars(select(UsageRecord)).one().units == 90


def months_of(line):
    query = select(Bucket).where(Bucket.line_id == line.id).order_by(Bucket.starts_at)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return [(row.carried // MB, row.used // MB, row.left // MB) for row in rows]


@pytest.fixture
def rolling(database):
    limits = {"rollover": {"min": 0, "max": 50 * MB}}
    return line_on({UsageKind.DATA: 100 * MB}, buckets={"data": limits})


def test_what_is_left_goes_on_into_the_next_month_within_limits(rolling):
    bring(data(rolling, 30, JUNE_1 + DAY), at=JUNE_1 + 2 * DAY)
    for n in (0, 1, 2):
        service.renew(rolling.id, JUNE_1 + 35 * DAY + n * DAY)

    assert months_of(rolling) == [(0, 30, 70), (50, 0, 150)]


def test_a_record_that_comes_after_the_renewal_still_comes_before_it(rolling):
    service.renew(rolling.id, JUNE_1 + 35 * DAY)
    bring(data(rolling, 120, JUNE_1 + 36 * DAY), at=JUNE_1 + 37 * DAY)
    assert charged() == [0]

    bring(data(rolling, 90, JUNE_1 + DAY), at=JUNE_1 + 38 * DAY)

    # Ten are left to July now, so ten of its 120 are beyond.
    assert months_of(rolling) == [(0, 90, 10), (10, 110, 0)]
    assert charged() == [0, Decimal(10)]


def test_of_the_month_before_a_market_lets_units_roll_over_a_late_record_leaves_less(database):
    line = line_on({UsageKind.DATA: 100 * MB})
    limits = {"rollover": {"data": {"min": 0, "max": 50 * MB}}}
    with clock.moved_to(JUNE_1):
        markets.change_policies("MX", limits, by=SYSTEM, effective_from=JUNE_1 + 30 * DAY)
    bring(data(line, 10, JUNE_1 + DAY), at=JUNE_1 + 2 * DAY)
    service.renew(line.id, JUNE_1 + 35 * DAY)
    assert months_of(line) == [(0, 10, 90), (50, 0, 150)]

    bring(data(line, 60, JUNE_1 + 20 * DAY), at=JUNE_1 + 36 * DAY)

    assert months_of(line) == [(0, 70, 30), (30, 0, 130)]


def test_a_market_may_take_what_is_too_much_from_the_next_month(database):
    market = MarketFactory(code="IN", india=True)
    market.policies = {**market.policies, "overage": "carry"}
    db.session.commit()
    version = OfferVersionFactory(
        offer__market_code="IN", currency="INR", includes={UsageKind.DATA: 100 * MB}, rates=PRICED
    )
    line = line_with_plan(version, activated_at=JUNE_1, account__customer__market=market)

    bring(data(line, 130, JUNE_1 + DAY), at=JUNE_1 + 2 * DAY)
    bring(data(line, 20, JUNE_1 + 35 * DAY), at=JUNE_1 + 36 * DAY)

    assert charged() == [0, 0]
    assert months_of(line) == [(0, 130, 0), (-30, 20, 50)]


def test_each_threshold_of_a_bucket_is_said_once(database):
    line = line_on({UsageKind.DATA: 100 * MB})
    with heard(AllowanceThresholdReached, AllowanceUsedUp) as said:
        for n, megabytes in enumerate((49, 1, 1, 30, 30, 5)):
            at = JUNE_1 + n * DAY
            bring(data(line, megabytes, at), at=at)

    percents = [each.percent for each in said if isinstance(each, AllowanceThresholdReached)]
    assert percents == [50, 80, 100]
    assert said[-1].customer_id == line.customer_id
    assert sum(isinstance(each, AllowanceUsedUp) for each in said) == 1


def blocks(line):
    query = select(Block).where(Block.line_id == line.id, Block.lifted_at.is_(None))
    return [(block.reason, block.effect) for block in db.session.scalars(query)]


@pytest.fixture
def throttled(database, listening):
    clause = {"data": {"throttle": True}}
    line = line_on({UsageKind.DATA: 100 * MB}, rates={}, buckets=clause)
    bring(data(line, 101, JUNE_1 + DAY), at=JUNE_1 + DAY)
    return line


def test_at_the_end_of_its_data_a_line_is_slowed_down_until_renewal(throttled):
    assert blocks(throttled) == [("quota", BlockEffect.THROTTLE)]
    assert charged() == [0]

    service.renew(throttled.id, JUNE_1 + 31 * DAY)

    assert blocks(throttled) == []


def test_a_month_that_began_with_a_record_makes_a_line_fast_again_too(throttled):
    july = JUNE_1 + 30 * DAY
    bring(data(throttled, 1, july + timedelta(seconds=1)), at=july + timedelta(seconds=30))

    with clock.moved_to(july + timedelta(minutes=1)):
        tasks.renew_due.run()
        assert blocks(throttled) == []
        bring(data(throttled, 100, july + timedelta(seconds=40)), at=clock.now())
        tasks.renew_due.run()

    assert blocks(throttled) == [("quota", BlockEffect.THROTTLE)]


def test_more_data_makes_a_line_fast_again_and_lifts_nothing_else(throttled):
    lines.place_block(throttled.id, "fraud", BlockEffect.OUTGOING, by=SYSTEM)
    more = OfferVersionFactory(
        offer=OfferFactory(kind=OfferKind.ADD_ON),
        validity_days=7,
        includes={UsageKind.DATA: 10 * MB},
        rates={},
    )

    with clock.moved_to(JUNE_1 + 2 * DAY):
        lines.add_add_on(throttled.id, more.id, by=agent(), effect_key="a")

    assert blocks(throttled) == [("fraud", BlockEffect.OUTGOING)]


def add_on(line, at, *, days=7, megabytes=10):
    more = OfferVersionFactory(
        add_on=True, validity_days=days, includes={UsageKind.DATA: megabytes * MB}, rates={}
    )
    with clock.moved_to(at):
        return lines.add_add_on(line.id, more.id, by=agent(), effect_key=more.offer.code)


def looked_at(at):
    with clock.moved_to(at):
        return quota.slow_down_where_add_ons_ended()


SLOW = [("quota", BlockEffect.THROTTLE)]


def test_when_an_add_on_ends_unused_the_line_is_slow_again_once(throttled):
    add_on(throttled, JUNE_1 + 2 * DAY, days=7)
    end = JUNE_1 + 9 * DAY

    assert (looked_at(end - timedelta(seconds=1)), blocks(throttled)) == (0, [])
    with clock.moved_to(end):
        tasks.renew_due.run()
    assert blocks(throttled) == SLOW
    assert looked_at(end + DAY) == 0
    placed = select(Block).where(Block.line_id == throttled.id, Block.reason == "quota")
    assert len(db.session.scalars(placed).all()) == 2


def test_when_an_add_on_is_ended_early_the_line_is_slow_again_too(throttled):
    extra = add_on(throttled, JUNE_1 + 2 * DAY)
    with clock.moved_to(JUNE_1 + 3 * DAY):
        lines.cancel_add_on(extra.id, by=agent())

    assert looked_at(JUNE_1 + 3 * DAY) == 1

    assert blocks(throttled) == SLOW


def test_an_add_on_that_was_there_before_the_plan_was_used_up_counts_as_well(database, listening):
    line = line_on({UsageKind.DATA: 100 * MB}, rates={}, buckets={"data": {"throttle": True}})
    add_on(line, JUNE_1 + DAY, days=7)
    bring(data(line, 100, JUNE_1), at=JUNE_1 + 2 * DAY)  # of before it was bought
    assert blocks(line) == []

    looked_at(JUNE_1 + 8 * DAY)

    assert blocks(line) == SLOW


def test_while_other_data_are_left_the_end_of_an_add_on_changes_nothing(throttled):
    add_on(throttled, JUNE_1 + 2 * DAY, days=7)
    add_on(throttled, JUNE_1 + 3 * DAY, days=8)

    assert (looked_at(JUNE_1 + 9 * DAY), blocks(throttled)) == (1, [])
    assert (looked_at(JUNE_1 + 11 * DAY), blocks(throttled)) == (1, SLOW)


def test_an_end_that_is_looked_at_late_finds_the_next_months_data(throttled):
    add_on(throttled, JUNE_1 + 2 * DAY, days=7)
    service.renew(throttled.id, JUNE_1 + 31 * DAY)

    assert (looked_at(JUNE_1 + 31 * DAY), blocks(throttled)) == (1, [])


def test_at_a_line_that_has_left_there_is_nothing_to_slow_down(throttled):
    add_on(throttled, JUNE_1 + 2 * DAY, days=7)
    with clock.moved_to(JUNE_1 + 3 * DAY):
        lines.close_line(throttled.id, by=SYSTEM, reason="request")

    assert (looked_at(JUNE_1 + 9 * DAY), blocks(throttled)) == (1, [])


def test_a_line_without_that_clause_is_not_slowed_down(database):
    line = line_on({UsageKind.DATA: 100 * MB}, rates={})

    bring(data(line, 101, JUNE_1 + DAY), at=JUNE_1 + DAY)

    assert blocks(line) == []


def test_the_quota_of_a_line_sums_its_buckets(database):
    line = line_on({UsageKind.DATA: 100 * MB, UsageKind.VOICE: None})
    bring(data(line, 30, JUNE_1 + DAY), at=JUNE_1 + DAY)

    with clock.moved_to(JUNE_1 + 2 * DAY):
        quotas = queries.quota_of(line.id)

    assert [(each.kind, each.size, each.used, each.left) for each in quotas] == [
        (UsageKind.DATA, 100 * MB, 30 * MB, 70 * MB),
        (UsageKind.VOICE, None, 0, None),
    ]
    assert quotas[0].ends_at == JUNE_1 + 30 * DAY
