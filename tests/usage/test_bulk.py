"""A file straight into the database has the outcome of its records one by one."""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from app.catalog.models import UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid
from app.core.ids import new_id
from app.usage import arrivals, incoming, service
from app.usage.models import ArrivalNote, Bucket, DailyUsage, UsageRecord
from app.usage.records import NewRecord
from app.usage.service import bulk
from tests.billing.committed import at_once
from tests.factories.actors import agent
from tests.factories.catalog import GIB, OfferVersionFactory
from tests.factories.subscriptions import line_with_plan

MAY_1 = datetime(2026, 5, 1, 12, tzinfo=UTC)
MAY_20 = MAY_1 + timedelta(days=19)
RATES = {
    "voice": {"per": 60, "price": "0.605", "minimum": 60, "increment": 6, "connect": "0.1"},
    "data": {"per": 1024**2, "price": "0.05"},
    "sms": {"per": 1, "price": "0.85"},
}


def written(path, records):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            (
                each.line_id,
                each.kind.value,
                each.started_at.isoformat(),
                each.quantity,
                each.other_party,
                each.source,
                each.record_id,
                each.ended_at,
                None,
            )
            for each in records
        )
    return path


def made(lines):
    """Covered, exhausted, flat and unlimited ones, some named and some not, some twice."""
    for n, line in enumerate(lines):
        for m in range(12):
            at = MAY_1 + timedelta(hours=5 * m, seconds=n)
            yield NewRecord(line.id, UsageKind.VOICE, at, 7 * m * (n % 3 + 1), "+525587654321")
            yield NewRecord(line.id, UsageKind.DATA, at, m * 1024**2, record_id=rf"{n}\x{m}\ñ")
            yield NewRecord(line.id, UsageKind.SMS, at, 1, record_id=f"{n}-{m}-s", source="smsc")
        first = MAY_1 + timedelta(seconds=n)
        yield NewRecord(line.id, UsageKind.SMS, first, 1, record_id=f"{n}-0-s", source="smsc")


def state():
    db.session.rollback()
    records = db.session.scalars(select(UsageRecord)).all()
    return (
        {(each.identity, each.charged, each.quantity) for each in records},
        {(each.line_id, each.kind, each.used) for each in db.session.scalars(select(Bucket))},
        {(d.line_id, d.day, d.kind, d.quantity) for d in db.session.scalars(select(DailyUsage))},
        sorted(str((each.units, each.because)) for each in records),
    )


def emptied():
    for model in (UsageRecord, Bucket, DailyUsage):
        db.session.query(model).delete()
    db.session.commit()


def test_a_file_has_the_outcome_of_its_records_one_by_one(committing, tmp_path):
    included = [{UsageKind.VOICE: 200, UsageKind.DATA: GIB}, {UsageKind.VOICE: None}, {}]
    plans = [OfferVersionFactory(includes=each, rates=RATES) for each in included]
    lines = [line_with_plan(plans[n % 3], activated_at=MAY_1) for n in range(9)]
    stranger = NewRecord(new_id(), UsageKind.SMS, MAY_1, 1)
    late = NewRecord(lines[0].id, UsageKind.SMS, MAY_1 - timedelta(days=1), 1)
    broken = NewRecord(lines[0].id, UsageKind.SMS, MAY_20 + timedelta(days=9), 1)
    records = [*made(lines), stranger, late, broken]
    path = written(tmp_path / "records.csv", records)

    with clock.moved_to(MAY_20):
        by_file = service.ingest_file(path, by=SYSTEM)
        after_file = state()
        again = service.ingest_file(path, by=SYSTEM)
        unchanged = state()
        emptied()
        one_by_one = service.ingest(records, by=SYSTEM)
        after_records = state()

    assert (by_file.accepted, by_file.duplicates) == (9 * 36, 9)
    assert sorted(each.reason for each in by_file.refused) == [
        "bad_time",
        "not_in_service",
        "unknown_line",
    ]
    assert (again.accepted, again.duplicates) == (0, 9 * 37)
    assert (one_by_one.accepted, one_by_one.duplicates) == (9 * 36, 9)
    assert unchanged == after_file
    assert after_records == after_file
    assert sum(charged for _, charged, _ in after_file[0]) > Decimal(100)


def test_it_does_not_matter_how_a_file_spells_the_ids_of_lines(committing, tmp_path):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 200}, rates=RATES)
    lines = [line_with_plan(plan, activated_at=MAY_1) for _ in range(9)]
    spelled = [str.upper, "{{{}}}".format, '"{}"'.format, lambda each: each.replace("-", "")]
    rows = written(tmp_path / "plain.csv", list(made(lines))).read_text().splitlines()
    path = tmp_path / "records.csv"
    path.write_text(
        "".join(f"{spelled[n % 4](row[:36])}{row[36:]}\n" for n, row in enumerate(rows))
    )

    with clock.moved_to(MAY_20):
        outcome = service.ingest_file(path, by=SYSTEM)
        after_file = state()
        emptied()
        service.ingest(list(made(lines)), by=SYSTEM)

    assert (outcome.accepted, outcome.duplicates) == (9 * 36, 9)
    assert after_file == state()


def test_a_file_that_was_cut_off_is_finished_by_sending_it_again(committing, tmp_path, monkeypatch):
    plans = [OfferVersionFactory(includes={UsageKind.VOICE: 200}, rates=RATES)]
    lines = [line_with_plan(plans[0], activated_at=MAY_1) for _ in range(9)]
    path = written(tmp_path / "records.csv", list(made(lines)))
    whole, finished = incoming.add_to_days, []

    def dies_at_the_fourth():
        finished.append(1)
        if len(finished) > 3:
            raise ConnectionError
        whole()

    with clock.moved_to(MAY_20):
        monkeypatch.setattr(incoming, "add_to_days", dies_at_the_fourth)
        with pytest.raises(ConnectionError):
            service.ingest_file(path, by=SYSTEM)
        half = state()
        monkeypatch.undo()
        rest = service.ingest_file(path, by=SYSTEM)
        after_both = state()
        emptied()
        service.ingest_file(path, by=SYSTEM)

    assert 0 < len(half[0]) < 9 * 36
    assert rest.accepted == 9 * 36 - len(half[0])
    assert state() == after_both


@pytest.mark.parametrize("apart", [timedelta(hours=1), timedelta(days=8)])
def test_one_name_for_several_lines_of_a_file_is_stored_once(committing, tmp_path, apart):
    """In slices of both shares, and in months beside each other."""
    lines = [line_with_plan(activated_at=MAY_1 - timedelta(days=9)) for _ in range(40)]
    records = [
        NewRecord(
            each.id, UsageKind.SMS, MAY_1 - timedelta(days=7) + n % 2 * apart, 1, record_id=name
        )
        for n, each in enumerate(lines)
        for name in ("everybody's", f"{n}'s own")
    ]
    path = written(tmp_path / "records.csv", records)

    with clock.moved_to(MAY_20):
        outcome = service.ingest_file(path, by=SYSTEM)
        again = service.ingest_file(path, by=SYSTEM)

    assert outcome.accepted == 41
    assert [each.reason for each in outcome.refused] == 39 * ["differs"]
    assert (again.accepted, again.duplicates) == (0, 41)
    assert [each.reason for each in again.refused] == 39 * ["differs"]


@pytest.mark.parametrize("apart", [timedelta(hours=1), timedelta(days=8)])
@pytest.mark.parametrize("is_old", [False, True])
def test_what_others_store_after_a_file_was_looked_through_is_seen(
    committing, tmp_path, monkeypatch, apart, is_old
):
    """In its months and those beside; also when their notes have been forgotten."""
    lines = [line_with_plan(activated_at=MAY_1 - timedelta(days=9)) for _ in range(20)]
    records = [
        NewRecord(each.id, UsageKind.SMS, MAY_1 + timedelta(days=1), 1, record_id=f"{n}")
        for n, each in enumerate(lines)
    ]
    others = [
        NewRecord(lines[-1].id, UsageKind.SMS, each.started_at - apart, 1, record_id=each.record_id)
        for each in records[:5]
    ]
    path = written(tmp_path / "records.csv", records)
    find_suspects, accepted = incoming.find_suspects, []

    def others_come(*asked):
        find_suspects(*asked)
        if not accepted:
            accepted.extend(at_once(1, lambda _n: service.ingest(others, by=SYSTEM).accepted))
        if is_old:
            db.session.execute(delete(ArrivalNote))

    monkeypatch.setattr(incoming, "find_suspects", others_come)
    if is_old:
        monkeypatch.setattr(arrivals.Look, "is_old", True)
    with clock.moved_to(MAY_20):
        outcome = service.ingest_file(path, by=SYSTEM, shares=1)

    assert (accepted, outcome.accepted) == ([5], 15)
    assert [each.reason for each in outcome.refused] == 5 * ["differs"]


def test_deliveries_at_once_and_in_any_order_come_to_the_same(committing):
    plan = OfferVersionFactory(includes={UsageKind.VOICE: 400}, rates=RATES)
    line = line_with_plan(plan, activated_at=MAY_1)
    calls = [
        NewRecord(line.id, UsageKind.VOICE, MAY_1 + timedelta(hours=n), 17 * n) for n in range(24)
    ]

    def deliver(record):
        with db.session_scope(), clock.moved_to(MAY_20):
            return service.ingest([record], by=SYSTEM).accepted

    with ThreadPoolExecutor(6) as pool:
        accepted = sum(pool.map(deliver, calls[::-1]))
    at_once = state()
    emptied()
    with clock.moved_to(MAY_20):
        service.ingest(calls, by=SYSTEM)

    assert accepted == 24
    assert at_once == state()


@pytest.fixture(autouse=True)
def small_slices(monkeypatch):
    """So that a small file has several."""
    monkeypatch.setattr(bulk, "_BYTES_A_SLICE", 2_000)


@pytest.mark.parametrize(
    "row",
    [
        b"nonsense",
        b"01a2133a-f1ec-758a-b097-5122b4a58f84,data,x,1",
        b"01a2133a-f1ec-758a-b097-5122b4a58f84,steam,2026-05-01T12:00Z,1,,,,,",
        b"01a2133a-f1ec-758a-b097-5122b4a58f84,data,infinity,1,,,,,",
        b"01a2133a-f1ec-758a-b097-5122b4a58f84,data,2026-05-01T12:00Z,,,,,,",
        b'01a2133a-f1ec-758a-b097-5122b4a58f84,data,2026-05-01T12:00Z,1,,,,,"{""amount"": -1}"',
        (
            b"01a2133a-f1ec-758a-b097-5122b4a58f84,data,2026-05-01T12:00Z,1,,,,,"
            b'"{""network"": ""26201"", ""currency"": ""EUR"", ""amount"": 1, ""decimals"": ""2""}"'
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(committing, tmp_path, row):
    line = line_with_plan(activated_at=MAY_1)
    good = NewRecord(line.id, UsageKind.SMS, MAY_1, 1)
    path = written(tmp_path / "records.csv", [good])
    path.write_bytes(path.read_bytes() + row + b"\n")

    with clock.moved_to(MAY_20), pytest.raises(Invalid):
        service.ingest_file(path, by=SYSTEM)

    assert state()[0] == set()


def test_an_agent_brings_no_file(database, tmp_path):
    with pytest.raises(Forbidden):
        service.ingest_file(tmp_path / "none.csv", by=agent())
