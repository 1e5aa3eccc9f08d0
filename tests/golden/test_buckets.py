"""BILLING.md, "Buckets": which allowance pays, what it leaves, and to whom."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.catalog.models import UsageKind
from app.catalog.rates import checked
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.markets.policies import BucketRule
from app.usage import service
from app.usage.models import Bucket, UsageRecord
from app.usage.records import NewRecord
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BucketFactory
from tests.golden.conftest import account, at, market

D = Decimal
MB = 1_000_000
MAY_1, JUNE_1 = date(2026, 5, 1), date(2026, 6, 1)

pytestmark = pytest.mark.usefixtures("wired")


def line_in(home, includes=None, rates=None, since=MAY_1):
    version = OfferVersionFactory(
        includes=includes or {},
        currency=home.currency,
        offer__market_code=home.code,
        rates=checked({"data": {"per": MB, "price": "1"}, **(rates or {})}),
    )
    return line_with_plan(version, account=account(home), activated_at=at(since, home, 0))


def use(line, megabytes, start, lasts=timedelta(0), now=None):
    start = start.astimezone(UTC)  # so that what it lasts is elapsed time
    record = NewRecord(
        line.id, UsageKind.DATA, start, megabytes * MB, ended_at=start + lasts if lasts else None
    )
    with clock.moved_to(now or start + timedelta(days=1)):
        outcome = service.ingest([record], by=SYSTEM)
    assert outcome.accepted == 1, outcome


def used(line):
    query = select(Bucket).where(Bucket.line_id == line.id)
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.name: row.used // MB for row in rows}


def paid(line):
    query = select(UsageRecord.charged).where(UsageRecord.line_id == line.id)
    return list(db.session.scalars(query.order_by(UsageRecord.started_at)))


def grant(line, name, home, priority=1, begins=MAY_1, ends=JUNE_1, quantity=100):
    return BucketFactory(
        line=line,
        name=name,
        granted=quantity * MB,
        priority=priority,
        starts_at=at(begins, home, 0),
        expires_at=at(ends, home, 0),
    )


# Two grants: (priority, expires in June on the); who gives how much of 120.
GRANTS = [
    (None, {"a": (2, 1), "b": (1, 1)}, {"a": 20, "b": 100}),
    (None, {"a": (1, 2), "b": (1, 1)}, {"a": 20, "b": 100}),
    (None, {"a": (2, 1), "b": (1, 2)}, {"a": 100, "b": 20}),
    (["priority", "expiry", "age"], {"a": (2, 1), "b": (1, 2)}, {"a": 20, "b": 100}),
]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("order", "grants", "given"), GRANTS)
def test_two_grants_of_100_of_which_120_are_used(order, grants, given, reverse):
    home = market(**({"bucket_order": order} if order else {}))
    line = line_in(home)
    for name, (priority, day) in sorted(grants.items(), reverse=reverse):
        grant(line, name, home, priority, ends=date(2026, 6, day))

    use(line, 120, at(date(2026, 5, 10), home))

    assert used(line) == given


@pytest.mark.parametrize("order", list(permutations(BucketRule)))
def test_grants_that_differ_in_nothing_are_used_the_older_name_first_and_up(order):
    home = market(bucket_order=[each.value for each in order])
    line = line_in(home)
    for name in ("first", "second"):
        grant(line, name, home)

    use(line, 250, at(date(2026, 5, 10), home))

    assert (used(line), paid(line)) == ({"first": 100, "second": 100}, [50])
    grant(line, "third", home)
    grant(line, "fourth", home)
    use(line, 10, at(date(2026, 5, 11), home))
    assert used(line) == {"first": 100, "second": 100, "third": 10, "fourth": 0}


def night(since, until, quantity=300):
    return {
        "buckets": {
            "data": {
                "hours": [
                    {"name": "night", "quantity": quantity * MB, "since": since, "until": until}
                ]
            }
        }
    }


NIGHTS = [
    # Hours, session (from, minutes, MB) -> night, main.
    ("23:00", "24:00", (23, 0), 120, 200, {"night": 100, "": 100}),
    ("23:00", "00:00", (23, 0), 120, 200, {"night": 100, "": 100}),
    ("23:00", "01:00", (23, 0), 120, 200, {"night": 200, "": 0}),
    ("00:00", "01:00", (23, 0), 120, 200, {"night": 100, "": 100}),
    ("22:00", "06:00", (23, 0), 120, 700, {"night": 300, "": 400}),
    # A whole day that is divided at its own midnight is one.
    ("00:00", "24:00", (23, 0), 120, 200, {"night": 200, "": 0}),
]


@pytest.mark.parametrize(("since", "until", "start", "minutes", "megabytes", "given"), NIGHTS)
def test_a_session_over_midnight(since, until, start, minutes, megabytes, given):
    home = market()
    line = line_in(home, {UsageKind.DATA: 1000 * MB}, night(since, until))

    use(line, megabytes, at(date(2026, 5, 10), home, *start), timedelta(minutes=minutes))

    assert used(line) == given


@pytest.mark.parametrize(
    ("start", "minutes", "since", "until", "units"),
    [
        # Spring: 2:00 becomes 3:00. One hour before and one after it.
        ("2026-03-08T01:00", 120, "02:30", "05:00", 60),
        ("2026-03-08T01:00", 120, "00:00", "02:30", 60),
        # Autumn: 2:00 becomes 1:00. 1:30-2:00 comes twice in three hours.
        ("2026-11-01T00:30", 180, "01:30", "02:00", 60),
        ("2026-11-01T00:30", 180, "00:00", "02:00", 150),
    ],
)
def test_hours_are_those_of_the_subscriber_s_clock(start, minutes, since, until, units):
    home = market("US", timezone="America/New_York", currency="USD")
    rates, begins = night(since, until), date(2026, 1, 1)
    line = line_in(home, {UsageKind.DATA: 1000 * MB}, rates, since=begins)
    started = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("America/New_York"))

    use(line, minutes, started, timedelta(minutes=minutes))

    assert used(line)["night"] == units


@pytest.mark.parametrize("limits", [{"min": 2, "max": 1}, {"min": -1, "max": 1}, {"min": 0}])
def test_limits_of_what_rolls_over_that_make_no_sense_are_refused(limits):
    with pytest.raises(Invalid):
        checked({"buckets": {"data": {"rollover": limits}}})


@pytest.mark.parametrize("runs", [[1, 2, 3, 4], [4], [2, 4], [4, 4, 4], [3, 1, 4]])
def test_months_that_are_begun_late_or_often_are_the_same_months(runs):
    """ "Rollover = min(max, max(min, left)); N consecutive runs are one run": a small allowance
    that is saved up, of which something was used in May: 10, 14, 24 and 34 were left, so 34."""
    home = market()
    rollover = {"buckets": {"data": {"rollover": {"min": 0, "max": 50 * MB}}}}
    line = line_in(home, {UsageKind.DATA: 10 * MB}, rollover, since=date(2026, 4, 1))
    use(line, 6, at(date(2026, 5, 10), home))
    for months in runs:
        with clock.moved_to(at(date(2026, 4 + months, 2), home)):
            service.renew(line.id, clock.now())
    use(line, 40, at(date(2026, 8, 10), home))

    assert paid(line) == [0, 0]  # ten of August and thirty of the 34
    use(line, 5, at(date(2026, 8, 11), home))
    assert paid(line)[-1] == 1


def test_an_allowance_that_nobody_looked_at_for_long_was_saved_up_all_the_same():
    """Ten a month from April on, up to forty: those of April to July, and August's own."""
    home = market()
    rollover = {"buckets": {"data": {"rollover": {"min": 0, "max": 40 * MB}}}}
    line = line_in(home, {UsageKind.DATA: 10 * MB}, rollover, since=date(2026, 4, 1))
    service.renew(line.id, at(date(2026, 4, 1), home))  # as when it is activated

    use(line, 51, at(date(2026, 8, 10), home))

    assert paid(line) == [1]


def test_what_is_carried_on_as_a_debt_is_paid_by_as_many_months_as_it_takes():
    """`overage` carried: 65 of 10 in May leave nothing until November, and half of that."""
    home = market(overage="carry")
    line = line_in(home, {UsageKind.DATA: 10 * MB})
    use(line, 65, at(date(2026, 5, 10), home))

    use(line, 5, at(date(2026, 11, 10), home))

    query = select(Bucket).order_by(Bucket.starts_at)
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    assert [row.carried // MB for row in rows] == [0, -55, -45, -35, -25, -15, -5]
    assert (rows[-1].left, paid(line)) == (0, [0, 0])
    assert rows[-1].starts_at == datetime(2026, 11, 1, 6, tzinfo=UTC)
