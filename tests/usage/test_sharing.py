"""Drawing from a plan that another line of the account shares."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.subscriptions import service as subscriptions
from app.subscriptions.events import FamilyChanged
from app.subscriptions.models import Block
from app.usage import listeners, service
from app.usage.buckets import OpenBucket, draw_down, in_order
from app.usage.events import SharedDataChanged
from app.usage.models import Bucket, BucketShare, UsageRecord
from app.usage.records import NewRecord
from app.usage.service import quota
from app.usage.sharing import Share, shares_of, with_family
from tests.billing.committed import at_once
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan

MB = 1024**2


class Family:
    """The owner has 100 MB to share, each member 10 MB of her own."""

    def __init__(self, caps, rates=None):
        self.account = AccountFactory()
        joined = clock.now() - timedelta(hours=2)
        more = {} if rates is None else {"rates": rates}
        shared = OfferVersionFactory(shared_with=9, includes={UsageKind.DATA: 100 * MB}, **more)
        small = OfferVersionFactory(includes={UsageKind.DATA: 10 * MB}, **more)
        self.owner = line_with_plan(shared, account=self.account, activated_at=joined)
        self.members = [
            line_with_plan(small, account=self.account, activated_at=joined) for _ in caps
        ]
        with clock.moved_to(joined):
            for line, cap in zip(self.members, caps, strict=True):
                subscriptions.share_with(self.owner.id, line.id, by=SYSTEM, cap=cap)


def use(line_id, megabytes, minute=0, name=""):
    moment = clock.now() - timedelta(minutes=60 - minute)
    record = NewRecord(
        line_id, UsageKind.DATA, moment, megabytes * MB, source="test", record_id=f"{name}{minute}"
    )
    return service.ingest([record], by=SYSTEM)


def used_of(line):
    query = select(Bucket.used).where(Bucket.line_id == line.id)
    return db.session.scalars(query).one() // MB


def charged(line):
    query = select(UsageRecord.charged).where(UsageRecord.line_id == line.id)
    return sum(db.session.scalars(query))


def test_a_member_takes_her_own_first_and_then_the_shared_bucket(database):
    family = Family([None])
    [line] = family.members

    use(line.id, 30)

    assert (used_of(line), used_of(family.owner), charged(line)) == (10, 20, 0)


def test_the_cap_ends_what_a_member_takes_over_several_deliveries(database):
    family = Family([15 * MB, None])
    capped, free = family.members

    for minute in (1, 2, 3):
        use(capped.id, 10, minute)
    use(free.id, 40)

    assert (used_of(family.owner), charged(free)) == (15 + 30, 0)
    assert charged(capped) == Decimal("0.25"), "30 used, 10 her own, 15 shared: 5 MB at 0.05"
    taken = dict(db.session.execute(select(BucketShare.line_id, BucketShare.taken)).all())
    assert taken == {capped.id: 15 * MB, free.id: 30 * MB}


def test_who_joined_after_the_lines_were_locked_draws_nothing_yet(database):
    family = Family([None])
    [line] = family.members
    now = clock.now()

    drawable = with_family([line.id], (now, now), locked={line.id})

    assert drawable[line.id] == []


def test_a_member_sees_what_she_may_still_take(database):
    family = Family([15 * MB, None])
    capped, free = family.members
    use(capped.id, 20)

    assert [each.left for each in shares_of(capped.id)] == [5 * MB]
    assert [each.left for each in shares_of(free.id)] == [90 * MB]
    assert shares_of(family.owner.id) == []


def test_one_delivery_of_the_whole_family_never_takes_more_than_there_is(database):
    family = Family([None, None, None])
    moment = clock.now() - timedelta(minutes=5)
    lines = [family.owner, *family.members]
    records = [
        NewRecord(line.id, UsageKind.DATA, moment, 60 * MB, source="t", record_id=str(n))
        for n, line in enumerate(lines)
    ]

    service.ingest(records, by=SYSTEM)

    assert used_of(family.owner) == 100
    assert [used_of(line) for line in family.members] == [10, 10, 10]


def test_who_left_or_whose_owner_shares_no_longer_takes_nothing(database):
    family = Family([None])
    [line] = family.members
    subscriptions.stop_sharing(line.id, by=SYSTEM)

    use(line.id, 30, minute=61)

    assert used_of(line) == 10
    assert charged(line) > 0


def test_many_deliveries_at_once_share_one_bucket_exactly(committing):
    family = Family([None] * 6)
    ids = [line.id for line in family.members]
    owner_id = family.owner.id

    at_once(12, lambda n: use(ids[n % 6], 15, n, name=str(n)))

    db.session.remove()
    [used] = db.session.scalars(select(Bucket.used).where(Bucket.line_id == owner_id))
    taken = db.session.scalars(select(BucketShare.taken)).all()
    assert used == sum(taken) == 100 * MB


@settings(deadline=None)
@given(
    granted=st.integers(0, 500),
    caps=st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=5),
    uses=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100)), max_size=20),
)
def test_caps_and_the_bucket_hold_whatever_is_used(granted, caps, uses):
    now = clock.now()
    bucket = OpenBucket(
        id=now, kind=UsageKind.DATA, granted=granted, used=0, priority=1, starts_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    shares = [Share(bucket, None, cap, 0, [(now, None)]) for cap in caps]

    uncovered = 0
    for who, quantity in uses:
        share = shares[who % len(shares)]
        uncovered += draw_down(in_order([share]), quantity, now)

    assert bucket.used == sum(share.taken for share in shares) <= granted
    assert all(share.cap is None or share.taken <= share.cap for share in shares)
    assert uncovered + bucket.used == sum(quantity for _, quantity in uses)


@given(
    uses=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 60)), min_size=2, max_size=7),
    order=st.randoms(use_true_random=False),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_arrives_first_a_family_is_served_in_the_order_of_its_use(database, uses, order):
    family = Family([None, 15 * MB, 40 * MB])
    lines = [family.owner, *family.members]
    moment, name = clock.now() - timedelta(minutes=60), new_id()
    records = [
        NewRecord(
            lines[who].id,
            UsageKind.DATA,
            moment + timedelta(minutes=place),
            megabytes * MB,
            record_id=f"{name} {place}",
        )
        for place, (who, megabytes) in enumerate(uses)
    ]
    ids = [line.id for line in lines]

    def outcome(deliveries):
        db.session.execute(delete(UsageRecord).where(UsageRecord.line_id.in_(ids)))
        db.session.execute(delete(BucketShare).where(BucketShare.line_id.in_(ids)))
        db.session.execute(delete(Bucket).where(Bucket.line_id.in_(ids)))
        db.session.commit()
        for each in deliveries:
            assert service.ingest(each, by=SYSTEM).accepted == len(each)
        paid = select(UsageRecord.started_at, UsageRecord.charged)
        used = select(Bucket.line_id, Bucket.used).where(Bucket.line_id.in_(ids))
        taken = select(BucketShare.line_id, BucketShare.taken)
        return (
            sorted(db.session.execute(paid.where(UsageRecord.line_id.in_(ids))).all()),
            {line_id: each for line_id, each in db.session.execute(used).all() if each},
            {line_id: each for line_id, each in db.session.execute(taken).all() if each},
        )

    mixed = records[:]
    order.shuffle(mixed)

    assert outcome([records]) == outcome([[each] for each in mixed])


def test_what_a_member_took_before_she_left_can_still_be_rated_anew(database):
    family = Family([None])
    [line] = family.members
    use(line.id, 30, minute=20)
    subscriptions.stop_sharing(line.id, by=SYSTEM)

    use(line.id, 5, minute=10)

    assert (used_of(line), used_of(family.owner), charged(line)) == (10, 25, 0)
    assert db.session.scalars(select(BucketShare.taken)).one() == 25 * MB


def test_who_has_used_up_her_own_data_is_not_slowed_down_while_she_shares(database):
    slow = {"buckets": {"data": {"throttle": True}}}
    family = Family([None], rates=slow)
    alone, line = Family([], rates=slow).owner, family.members[0]

    use(line.id, 20, minute=1)
    use(alone.id, 100, minute=2)

    assert db.session.scalars(select(Block.line_id)).all() == [alone.id]


SLOW = {"buckets": {"data": {"throttle": True}}}


@pytest.fixture
def hearing(database, monkeypatch):
    """Reactions happen at once."""
    table = {
        SharedDataChanged: [listeners.shared_data_changed],
        FamilyChanged: [listeners.family_changed],
    }
    monkeypatch.setattr(events._tables, "in_transaction", table)


def slowed():
    query = select(Block.line_id).where(Block.reason == "quota", Block.lifted_at.is_(None))
    return set(db.session.scalars(query))


def more_for(line, megabytes=50):
    """More data of the plan, as at renewal."""
    bucket = db.session.scalars(select(Bucket).where(Bucket.line_id == line.id)).one()
    bucket.granted += megabytes * MB
    quota.lift_when_some_is_left(line.id, clock.now())


def test_all_whose_own_data_are_used_up_are_slowed_down_when_the_shared_ones_end(hearing):
    family = Family([None, None, None], rates=SLOW)
    first, second, third = family.members
    use(first.id, 20, minute=1)
    use(second.id, 10, minute=2)
    use(third.id, 1, minute=0)
    assert slowed() == set()

    use(family.owner.id, 90, minute=3)

    assert slowed() == {family.owner.id, first.id, second.id}  # the third has her own data
    use(third.id, 9, minute=4)
    assert third.id in slowed()


def test_more_shared_data_make_all_of_them_fast_again(hearing):
    family = Family([None, None], rates=SLOW)
    for minute, line in enumerate(family.members):
        use(line.id, 60, minute)
    assert slowed() == {family.owner.id, *(each.id for each in family.members)}

    more_for(family.owner)

    assert slowed() == set()


def test_at_her_cap_a_member_is_slowed_down_alone_until_it_is_raised(hearing):
    family = Family([15 * MB, None], rates=SLOW)
    capped, other = family.members
    use(other.id, 20, minute=1)
    use(capped.id, 26, minute=2)
    assert slowed() == {capped.id}

    subscriptions.share_with(family.owner.id, capped.id, by=SYSTEM, cap=30 * MB)

    assert slowed() == set()


def test_who_leaves_a_family_has_only_her_own_data_and_who_joins_what_is_shared(hearing):
    family = Family([None], rates=SLOW)
    [line] = family.members
    use(line.id, 20, minute=1)

    subscriptions.stop_sharing(line.id, by=SYSTEM)
    assert slowed() == {line.id}

    subscriptions.share_with(family.owner.id, line.id, by=SYSTEM)
    assert slowed() == set()


def test_the_sweep_makes_a_member_fast_again_whom_nobody_looked_at(hearing):
    family = Family([None], rates=SLOW)
    [line] = family.members
    use(line.id, 110, minute=1)
    bucket = db.session.scalars(select(Bucket).where(Bucket.line_id == family.owner.id)).one()
    bucket.granted += MB
    db.session.flush()

    assert quota.lift_where_some_is_left() == 2
    assert slowed() == set()


def test_a_family_whose_plans_do_not_say_so_is_not_slowed_down(hearing):
    family = Family([None], rates={})

    use(family.members[0].id, 120, minute=1)

    assert slowed() == set()
