"""An allowance for use abroad: drawn from where it is good, by records and by sessions, and nowhere
else."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.catalog.models import OfferKind, UsageKind
from app.catalog.rates import AS_AT_HOME, checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.subscriptions.models import Block
from app.usage import grants, queries, service
from app.usage.errors import NoPriceAbroad
from app.usage.grants import Grant
from app.usage.models import UsageRecord
from app.usage.records import NewRecord
from app.usage.roaming import Abroad, TapCharge
from app.usage.service import charging, quota
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.subscriptions import SubscriptionFactory, line_with_plan
from tests.factories.usage import BalanceFactory
from tests.usage.test_charging import key

MAY_1 = datetime(2026, 5, 1, 12, tzinfo=UTC)
MAY_5 = MAY_1 + timedelta(days=4)
MB = 1_000_000
DUBAI, PARIS, BRASILIA = Abroad("42402"), Abroad("20801"), Abroad("72405")
RATES = {
    "data": {"per": MB, "price": "1"},
    "roaming": {
        "networks": {"208": "europe", "724": "homes"},
        "zones": {"europe": {"data": {"per": MB, "price": "9"}}, "homes": {"data": AS_AT_HOME}},
    },
}


def line_on(megabytes=10, **more):
    """No price in Dubai, one in Paris, and Brasília as at home."""
    included = {UsageKind.DATA: megabytes * MB} if megabytes else {}
    plan = OfferVersionFactory(includes=included, rates=checked(RATES), **more)
    return line_with_plan(plan, activated_at=MAY_1)


def pack_for(line, megabytes=100, networks=("42", "208", "724")):
    version = OfferVersionFactory(
        offer=OfferFactory(kind=OfferKind.ADD_ON),
        includes={UsageKind.DATA: megabytes * MB},
        validity_days=7,
        rates=checked({"buckets": {"data": {"networks": list(networks)}}}),
    )
    bought = SubscriptionFactory(line=line, version=version, kind=OfferKind.ADD_ON, starts_at=MAY_1)
    with db.transaction():
        market = line.account.market
        grants.write([Grant(bought, MAY_1, MAY_1 + timedelta(days=7), market)])
    return bought


def data(line, megabytes, abroad=None, at=MAY_5):
    return NewRecord(line.id, UsageKind.DATA, at, megabytes * MB, abroad=abroad)


def bring(*records):
    with clock.moved_to(MAY_5 + timedelta(days=1)):
        return service.ingest(records, by=SYSTEM)


def charged():
    query = select(UsageRecord.charged).order_by(UsageRecord.started_at)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def left(line):
    """In megabytes: at home, and abroad."""
    with clock.moved_to(MAY_5):
        rows = queries.buckets_of([line.id])[line.id]
    return {("abroad" if row.networks else "home"): row.left // MB for row in rows}


def test_data_at_home_does_not_touch_it(database):
    line = line_on()
    pack_for(line)

    bring(data(line, 12))

    assert left(line) == {"home": 0, "abroad": 100}
    assert charged() == [2]


def test_where_a_plan_includes_no_data_at_home_it_is_not_there_for_home_either(database):
    line = line_on(megabytes=None)
    pack_for(line)

    bring(data(line, 3))

    assert (left(line), charged()) == ({"abroad": 100}, [3])


def test_where_the_plan_has_a_price_it_goes_first_and_the_rest_is_charged(database):
    line = line_on()
    pack_for(line, megabytes=100)

    bring(data(line, 102, PARIS))

    assert (left(line), charged()) == ({"home": 10, "abroad": 0}, [18])


def test_where_data_did_not_flow_it_does_with_a_pack(database):
    line = line_on()
    without = bring(data(line, 40, DUBAI))
    pack_for(line, megabytes=60)

    outcome = bring(data(line, 40, DUBAI), data(line, 40, DUBAI, MAY_5 + timedelta(hours=1)))

    assert [each.reason for each in without.refused] == ["no_roaming_rate"]
    assert outcome.accepted == 2
    assert (left(line), charged()) == ({"home": 10, "abroad": 0}, [0, 0])


def test_elsewhere_it_does_not_count(database):
    line = line_on()
    pack_for(line, networks=["42"])

    outcome = bring(data(line, 1, Abroad("44010")), data(line, 1, PARIS))

    assert [each.reason for each in outcome.refused] == ["no_roaming_rate"]
    assert (left(line), charged()) == ({"home": 10, "abroad": 100}, [9])


def test_where_use_is_as_at_home_what_is_for_home_goes_first(database):
    line = line_on()
    pack_for(line)

    bring(data(line, 15, BRASILIA))

    assert (left(line), charged()) == ({"home": 0, "abroad": 95}, [0])


def test_what_a_visited_network_charges_is_asked_for_when_it_is_used_up(database):
    line = line_on()
    pack_for(line, megabytes=5)
    dubai = Abroad("42402", TapCharge(250, 2, "MXN"))

    bring(data(line, 5, dubai), data(line, 5, dubai, MAY_5 + timedelta(hours=1)))

    assert (left(line), charged()) == ({"home": 10, "abroad": 0}, [0, Decimal("2.50")])


def test_what_comes_late_gives_each_record_the_same(database):
    lines = [line_on(), line_on()]
    for each in lines:
        pack_for(each, megabytes=100)
    times = [MAY_5, MAY_5 + timedelta(hours=1)]

    for line, order in zip(lines, (times, times[::-1]), strict=True):
        for at in order:
            bring(data(line, 60, PARIS, at))

    found = [queries.records_of(line.id).items for line in lines]
    outcomes = [[(row.charged, row.units) for row in rows] for rows in found]
    assert outcomes[0] == outcomes[1] == [(180, 40 * MB), (0, 60 * MB)]


def test_a_line_without_data_at_home_is_slow_there_though_it_has_some_for_abroad(database):
    plan = OfferVersionFactory(
        includes={UsageKind.DATA: 10 * MB},
        rates=checked({"buckets": {"data": {"throttle": True}}}),
    )
    line = line_with_plan(plan, activated_at=MAY_1)
    pack_for(line)

    bring(data(line, 10))
    with clock.moved_to(MAY_5):
        assert quota.lift_where_some_is_left() == 0
        [at_home] = queries.quota_of(line.id)

    assert db.session.scalars(select(Block.reason)).all() == [quota.QUOTA]
    assert (at_home.size, at_home.left) == (10 * MB, 0)


@pytest.fixture
def prepaid(database):
    line = line_on(megabytes=None, prepaid=True)
    BalanceFactory(line=line, amount=Decimal("1000.00"))
    return line


def session(line, megabytes, abroad, wanted):
    name, network = key(), abroad.network if abroad else None
    with clock.moved_to(MAY_5):
        opened = charging.authorise(
            name, line.id, UsageKind.DATA, wanted=wanted * MB, network=network, by=SYSTEM
        )
        return opened, charging.release(name, 1, used=megabytes * MB, by=SYSTEM)


def test_a_session_gets_what_the_pack_has_and_no_more_where_nothing_is_sold(prepaid):
    pack_for(prepaid, megabytes=60)

    opened, closed = session(prepaid, 50, DUBAI, wanted=100)

    assert (opened.granted, opened.final) == (60 * MB, True)
    assert (closed.paid.amount, closed.balance.amount) == (0, 1000)
    assert (left(prepaid), charged()) == ({"abroad": 10}, [0])


def test_what_a_session_used_beyond_it_all_the_same_costs_nothing(prepaid):
    pack_for(prepaid, megabytes=60)

    _opened, closed = session(prepaid, 70, DUBAI, wanted=60)

    assert (closed.paid.amount, left(prepaid)) == (0, {"abroad": 0})
    with pytest.raises(NoPriceAbroad):
        session(prepaid, 1, DUBAI, wanted=1)


def test_a_session_pays_beyond_it_where_the_plan_has_a_price(prepaid):
    pack_for(prepaid, megabytes=60)

    opened, closed = session(prepaid, 70, PARIS, wanted=100)

    assert opened.granted == 100 * MB
    assert (closed.paid.amount, left(prepaid)) == (90, {"abroad": 0})


def test_a_session_at_home_or_elsewhere_does_not_touch_it(prepaid):
    pack_for(prepaid, networks=["42"])

    costs = [session(prepaid, 3, where, wanted=3)[1].paid.amount for where in (PARIS, None)]

    assert (costs, left(prepaid)) == ([27, 3], {"abroad": 100})
    with pytest.raises(NoPriceAbroad):
        session(prepaid, 1, Abroad("44010"), wanted=1)
