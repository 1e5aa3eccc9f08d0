"""One name for two records that come at the very same time is stored once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.usage import arrivals, service
from app.usage.models import ArrivalNote, DailyUsage, UsageRecord
from app.usage.records import NewRecord
from tests.billing.committed import at_once, count, waiting
from tests.factories.subscriptions import line_with_plan

MAY_1, MAY_20 = (datetime(2026, 5, day, 12, tzinfo=UTC) for day in (1, 20))
IN_APRIL = -24


@pytest.fixture
def lines(committing):
    since = MAY_1 + timedelta(hours=IN_APRIL)
    made = [line_with_plan(activated_at=since).id for _ in range(6)]
    db.session.commit()
    return made


def record(line_id, hour, name="cdr-1"):
    start = MAY_1 + timedelta(hours=hour)
    return NewRecord(line_id, UsageKind.VOICE, start, 60, source="msc", record_id=name)


def take_in(*records):
    with clock.moved_to(MAY_20):
        outcome = service.ingest(records, by=SYSTEM)
    return outcome.accepted, [each.reason for each in outcome.refused]


@pytest.mark.parametrize("hour", [1, 2, IN_APRIL])
def test_of_two_who_have_both_looked_the_second_is_told_what_the_first_stored(lines, hour):
    first, second, *_ = lines
    with db.transaction():
        assert take_in(record(first, 1)) == (1, [])
        other = waiting(lambda: take_in(record(second, hour)))
        assert not other.done()

    assert other.result() == (0, ["differs"])
    assert count(UsageRecord) == count(DailyUsage) == 1


def test_many_at_once_with_one_name_for_lines_and_starts_of_their_own_store_one(lines):
    starts = [IN_APRIL * (n % 2) + n for n in range(6)]
    results = at_once(
        6, lambda n: take_in(record(lines[n], starts[n]), record(lines[n], 30, str(n)))
    )

    db.session.remove()
    assert sorted(results) == [(1, ["differs"])] * 5 + [(2, [])]
    named = select(func.count()).where(UsageRecord.identity == record(lines[0], 0).identity)
    assert db.session.scalar(named) == 1


def test_deliveries_of_other_names_do_not_wait_for_each_other(lines):
    first, second, *_ = lines
    with db.transaction():
        take_in(record(first, 1, "one"))

        assert at_once(1, lambda _n: take_in(record(second, 2, other_turn("one")))) == [(1, [])]


def other_turn(name):
    """A name that has not the turn of this one."""
    turns = {each: record(None, 1, each).identity.bytes[0] & 31 for each in (name, *"abcdef")}
    return next(each for each, turn in turns.items() if turn != turns[name])


def test_a_note_is_forgotten_once_no_delivery_asks_for_it(lines):
    take_in(record(lines[0], 1))

    with clock.moved_to(MAY_20 + arrivals.KEPT):
        assert arrivals.forget() == 0
    with clock.moved_to(MAY_20 + arrivals.KEPT + timedelta(seconds=1)):
        assert arrivals.forget() == 1
    assert count(ArrivalNote) == 0
