"""Prepaid sessions of a family member: her own buckets, then those that are shared with her."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Block
from app.usage import queries, service
from app.usage.errors import CreditExhausted
from app.usage.events import SharedDataChanged
from app.usage.models import Balance, Bucket, BucketShare, UsageRecord
from app.usage.records import NewRecord
from app.usage.service import charging, quota
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory, BucketFactory
from tests.heard import heard

DATA, SMS = UsageKind.DATA, UsageKind.SMS
MB = 1024**2


class Family:
    """The owner shares `shared` units; the prepaid member has `own` of hers and some credit."""

    def __init__(self, shared, own=0, *, kind=SMS, cap=None, credit="0.00"):
        account, self.kind = AccountFactory(), kind
        since, until = clock.now() - timedelta(hours=2), clock.now() + timedelta(days=20)
        plan = {"rates": {kind.value: {"per": 1, "price": "1"}}}
        self.owner = line_with_plan(
            OfferVersionFactory(prepaid=True, shared_with=9, **plan),
            account=account,
            activated_at=since,
        )
        self.member = self.line(account, since, plan, credit)
        self.other = self.line(account, since, plan, credit)
        self.shared = BucketFactory(line=self.owner, kind=kind, granted=shared, expires_at=until)
        if own:
            BucketFactory(line=self.member, kind=kind, granted=own, expires_at=until)
        BalanceFactory(line=self.owner, amount=Decimal(0))
        with clock.moved_to(since):
            for each, its_cap in ((self.member, cap), (self.other, None)):
                subscriptions.share_with(self.owner.id, each.id, by=SYSTEM, cap=its_cap)

    def line(self, account, since, plan, credit):
        line = line_with_plan(
            OfferVersionFactory(prepaid=True, **plan), account=account, activated_at=since
        )
        BalanceFactory(line=line, amount=Decimal(credit))
        return line

    def used(self):
        return db.session.scalar(select(Bucket.used).where(Bucket.id == self.shared.id))

    def taken(self):
        rows = db.session.execute(select(BucketShare.line_id, BucketShare.taken))
        return {row.line_id: row.taken for row in rows}


def key():
    return f"gw.example;{new_id().hex}"


def test_a_member_holds_her_own_first_then_what_is_shared_and_gives_back_the_rest(database):
    family, name = Family(100, own=10), key()

    first = charging.authorise(name, family.member.id, SMS, wanted=30, by=SYSTEM)
    assert (first.granted, first.final, family.used(), family.taken()) == (
        30,
        False,
        20,
        {family.member.id: 20},
    )
    with pytest.raises(CreditExhausted):
        charging.authorise(key(), line_with_plan_without_credit(family), SMS, by=SYSTEM)
    charging.release(name, 1, used=12, by=SYSTEM)

    assert (family.used(), family.taken()) == (2, {family.member.id: 2})
    assert queries.balance_of(family.member.id).amount == 0
    assert db.session.scalars(select(UsageRecord)).one().charged == 0


def line_with_plan_without_credit(family):
    """Of the same account, and in no family."""
    line = line_with_plan(OfferVersionFactory(prepaid=True), account=family.owner.account)
    return line.id


def test_what_one_member_holds_no_other_has(database):
    family, first, second = Family(50), key(), key()

    charging.authorise(first, family.member.id, SMS, wanted=40, by=SYSTEM)
    rest = charging.authorise(second, family.other.id, SMS, wanted=40, by=SYSTEM)
    assert (rest.granted, rest.final) == (10, True)
    charging.release(first, 1, used=0, by=SYSTEM)
    more = charging.update(second, 1, used=10, wanted=40, by=SYSTEM)

    assert (more.granted, family.used()) == (40, 50)


def test_her_cap_holds_over_several_sessions(database):
    family = Family(100 * MB, kind=DATA, cap=15 * MB)

    for used, granted in ((10, 10), (5, 5)):
        name = key()
        got = charging.authorise(name, family.member.id, DATA, wanted=10 * MB, by=SYSTEM)
        assert got.granted == granted * MB
        charging.release(name, 1, used=used * MB, by=SYSTEM)

    with pytest.raises(CreditExhausted):
        charging.authorise(key(), family.member.id, DATA, wanted=1, by=SYSTEM)
    assert family.taken() == {family.member.id: 15 * MB}


def test_who_leaves_draws_no_more_and_keeps_what_she_used_until_then(database):
    family, name = Family(100, credit="5.00"), key()
    with clock.moved_to(clock.now() - timedelta(minutes=1)):
        charging.authorise(name, family.member.id, SMS, wanted=20, by=SYSTEM)
        charging.update(name, 1, used=3, wanted=20, by=SYSTEM)

    subscriptions.stop_sharing(family.member.id, by=SYSTEM)
    of_credit = charging.authorise(key(), family.member.id, SMS, wanted=20, by=SYSTEM)
    charging.release(name, 2, used=0, by=SYSTEM)

    assert (of_credit.granted, of_credit.balance.amount) == (5, 0)
    assert family.used() == 3


def test_a_plan_that_may_not_be_shared_any_more_is_not_drawn_from(database):
    family = Family(100)
    version = family.owner.subscriptions[0].version
    version.shared_with = 0
    db.session.commit()

    with pytest.raises(CreditExhausted):
        charging.authorise(key(), family.member.id, SMS, wanted=1, by=SYSTEM)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    parts=st.lists(st.integers(0, 40), min_size=1, max_size=5),
    own=st.integers(1, 40),
    shared=st.integers(0, 80),
    cap=st.none() | st.integers(0, 60),
    credit=st.integers(0, 60),
)
def test_a_session_in_parts_takes_what_its_record_would(database, parts, own, shared, cap, credit):
    """Two families alike: one member reports on the way, the other sends one record of it all."""
    asking, telling = (
        Family(shared, own, kind=DATA, cap=cap, credit=f"{credit}.00") for _ in range(2)
    )
    name, started_at = key(), clock.now()
    with clock.moved_to(started_at):
        try:
            charging.authorise(name, asking.member.id, DATA, wanted=5, by=SYSTEM)
        except CreditExhausted:
            return
        for number, part in enumerate(parts, 1):
            charging.update(name, number, used=part, wanted=7, by=SYSTEM)
        charging.release(name, len(parts) + 1, used=0, by=SYSTEM)
        if total := sum(parts):
            record = NewRecord(telling.member.id, DATA, started_at, total, record_id=key())
            service.ingest([record], by=SYSTEM)

    assert asking.used() == telling.used() <= shared
    assert asking.taken().get(asking.member.id, 0) == telling.taken().get(telling.member.id, 0)
    balances = [queries.balance_of(each.member.id).amount for each in (asking, telling)]
    assert balances[0] == balances[1] >= 0


def test_members_owner_and_records_at_once_draw_on_each_unit_once(committing):
    family = Family(60, credit="10.00")
    ids = [family.owner.id, family.member.id, family.other.id]

    def use(number):
        with db.session_scope():
            line_id = ids[number % 3]
            if number % 2:
                record = NewRecord(line_id, SMS, clock.now(), 1, record_id=str(number))
                service.ingest([record], by=SYSTEM)
                return 0
            try:
                charging.authorise(f"s{number}", line_id, SMS, wanted=2, by=SYSTEM)
            except CreditExhausted:
                return 1
            charging.release(f"s{number}", 1, used=1, by=SYSTEM)
            return 0

    with ThreadPoolExecutor(16) as pool:
        exhausted = sum(pool.map(use, range(120)))

    db.session.rollback()
    used = db.session.scalars(select(Bucket.used)).one()
    taken = sum(db.session.scalars(select(BucketShare.taken)))
    charged = sum(db.session.scalars(select(UsageRecord.charged)))
    left = sum(db.session.scalars(select(Balance.amount)))
    own = db.session.scalar(
        select(UsageRecord.units).where(UsageRecord.line_id == family.owner.id).limit(1)
    )
    assert used == 60
    assert own == 1
    assert taken <= used
    assert charged == 20 - left
    assert len(list(db.session.scalars(select(UsageRecord.identity)))) == 120 - exhausted


def test_many_reservations_at_once_never_take_more_than_there_is(committing):
    family = Family(100)
    line_ids = [family.member.id, family.other.id]

    def reserve(number):
        with db.session_scope():
            try:
                return charging.authorise(
                    f"r{number}", line_ids[number % 2], SMS, wanted=7, by=SYSTEM
                ).granted
            except CreditExhausted:
                return 0

    with ThreadPoolExecutor(16) as pool:
        granted = sum(pool.map(reserve, range(60)))

    db.session.rollback()
    assert granted == 100
    assert family.used() == 100
    assert sum(family.taken().values()) == 100


def test_a_session_that_takes_the_last_shared_data_has_all_of_the_family_looked_at(database):
    family, name = Family(20 * MB, kind=DATA), key()
    family.shared.throttles = True

    charging.authorise(name, family.member.id, DATA, wanted=20 * MB, by=SYSTEM)
    with heard(SharedDataChanged) as said:
        charging.release(name, 1, used=20 * MB, by=SYSTEM)

    assert said == [SharedDataChanged(tuple(sorted([family.member.id, family.other.id])))]
    quota.look_at(said[0].line_ids)
    slowed = set(db.session.scalars(select(Block.line_id).where(Block.reason == "quota")))
    assert slowed == {family.owner.id, family.member.id, family.other.id}
