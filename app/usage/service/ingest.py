"""Taking in usage records: many at once, each counted once, rated in the order they happened."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from app.core import clock, db, events
from app.core.actor import Actor
from app.usage import sharing, tables
from app.usage.events import AllowanceUsedUp, BalanceChanged, UsageRated
from app.usage.metering import Meter
from app.usage.meters import LineFacts, Span, lock_lines, meters_for
from app.usage.models import BalanceMovement, UsageRecord
from app.usage.records import Content, Ingested, NewRecord, RefusedRecord

_AT_ONCE = 5000
# Clocks of network elements differ; what is further ahead than this is broken.
_AHEAD = timedelta(days=1)


def ingest(records: Sequence[NewRecord], *, by: Actor) -> Ingested:
    """Store and rate records; copies are counted and dropped, faulty ones come back with a reason.

    Some thousand records make one transaction, so a delivery that was cut off is simply sent
    again. Within a line the order of the input does not matter.
    """
    by.must("network.manage")
    outcome, latest = Ingested(), clock.now() + _AHEAD
    sound: list[NewRecord] = []
    for record in records:
        if fault := record.fault(latest):
            outcome.refused.append(RefusedRecord(record, fault))
        else:
            sound.append(record)
    sound.sort(key=lambda each: (each.line_id, each.started_at, each.record_id or ""))
    for start in range(0, len(sound), _AT_ONCE):
        with db.transaction():
            _take_in(sound[start : start + _AT_ONCE], by, outcome)
    return outcome


def _take_in(chunk: Sequence[NewRecord], by: Actor, outcome: Ingested) -> None:
    lines = lock_lines({record.line_id for record in chunk})
    wanted: dict[str, NewRecord] = {}
    for record in chunk:
        if reason := _out_of_place(record, lines.get(record.line_id), by):
            outcome.refused.append(RefusedRecord(record, reason))
        elif earlier := wanted.get(identity := record.identity):
            _count_copy(record, earlier.content, outcome)
        else:
            wanted[identity] = record
    new = tables.insert_records(wanted, clock.now())
    for identity, stored in _stored(wanted.keys() - new):
        _count_copy(wanted[identity], stored, outcome)
    outcome.accepted += len(new)
    fresh = {identity: record for identity, record in wanted.items() if identity in new}
    if fresh:
        _rate(fresh, lines)


def _out_of_place(record: NewRecord, line: LineFacts | None, by: Actor) -> str | None:
    if line is None or not by.sees_market(line.market_code):
        return "unknown_line"
    return None if line.in_service_at(record.started_at) else "not_in_service"


def _count_copy(record: NewRecord, stored: Content, outcome: Ingested) -> None:
    """The same record again is dropped; the same name for another content is somebody's fault."""
    if record.content == stored:
        outcome.duplicates += 1
    else:
        outcome.refused.append(RefusedRecord(record, "differs"))


def _stored(identities: set[str]) -> Iterator[tuple[str, Content]]:
    if not identities:
        return
    query = select(
        UsageRecord.identity,
        UsageRecord.line_id,
        UsageRecord.kind,
        UsageRecord.started_at,
        UsageRecord.quantity,
        UsageRecord.other_party,
    ).where(UsageRecord.identity.in_(identities))
    for row in db.session.execute(query):
        yield row.identity, tuple(row)[1:]


def _rate(fresh: Mapping[str, NewRecord], lines: Mapping[UUID, LineFacts]) -> None:
    spans: dict[UUID, Span] = {}
    days: Counter[tables.Day] = Counter()
    for record in fresh.values():  # by line, and then by time
        since, _ = spans.get(record.line_id, (record.started_at, record.started_at))
        spans[record.line_id] = (since, record.started_at)
        zone = ZoneInfo(lines[record.line_id].timezone)
        day = record.started_at.astimezone(zone).date()
        days[record.line_id, day, record.kind] += record.quantity
    meters = meters_for(lines, spans)
    before = {bucket.id: bucket.used for meter in meters.values() for bucket in meter.every_bucket}
    charges = {
        identity: amount
        for identity, record in fresh.items()
        if (amount := meters[record.line_id].rate(record))
    }
    tables.write_charges(charges)
    tables.write_used(
        [
            (bucket.id, bucket.used)
            for meter in meters.values()
            for bucket in meter.every_bucket
            if bucket.used != before[bucket.id]
        ]
    )
    sharing.write_taken(bucket for meter in meters.values() for bucket in meter.every_bucket)
    tables.add_to_days(days)
    _take_credit(charges, fresh, lines, meters)
    _tell(meters)


def _take_credit(
    charges: Mapping[str, Decimal],
    fresh: Mapping[str, NewRecord],
    lines: Mapping[UUID, LineFacts],
    meters: Mapping[UUID, Meter],
) -> None:
    """Write what prepaid lines paid: a movement a record, the new balance a line."""
    paid = [
        (identity, fresh[identity], amount)
        for identity, amount in charges.items()
        if meters[fresh[identity].line_id].credit is not None
    ]
    if not paid:
        return
    db.session.execute(
        insert(BalanceMovement),
        [
            {
                "line_id": record.line_id,
                "at": record.started_at,
                "reason": f"usage:{record.kind.value}",
                "amount": -amount,
                "effect_key": f"usage:{identity}",
            }
            for identity, record, amount in paid
        ],
    )
    left = {record.line_id: meters[record.line_id].credit or Decimal(0) for _, record, _ in paid}
    tables.write_credit(left)
    for line_id, amount in left.items():
        events.announce(BalanceChanged(line_id, lines[line_id].customer_id, amount))


def _tell(meters: Mapping[UUID, Meter]) -> None:
    """Allowances of periods that are over are used up in the books only: nobody is told."""
    moment = clock.now()
    for line_id, meter in meters.items():
        for kind, valid_until in meter.exhausted.items():
            if valid_until > moment:
                events.announce(AllowanceUsedUp(line_id, kind.value))
    events.announce(UsageRated(tuple(meters)))
