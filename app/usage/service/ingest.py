"""Taking in usage records: many at once, each counted once, rated in the order they happened.

Until a bill is closed the order of arrival changes nothing: a record that comes late takes its
place, and those after it are rated anew. What is on a closed bill stays as it is.
"""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy.exc import IntegrityError

from app.core import clock, db
from app.core.actor import Actor
from app.usage import incoming, months
from app.usage.incoming import Turned
from app.usage.records import AHEAD, BEHIND, Ingested, NewRecord, RefusedRecord, Window
from app.usage.service import rating

_AT_ONCE = 5000
_TRIES = 3


def ingest(records: Sequence[NewRecord], *, by: Actor) -> Ingested:
    """Store and rate records; copies are counted and dropped, faulty ones come back with a reason.

    Some thousand records make one transaction, so a delivery that was cut off is simply sent
    again. Neither the order of the input nor how it is divided matters.
    """
    by.must("network.manage")
    outcome, window = Ingested(), accepted_window()
    sound: list[NewRecord] = []
    for record in records:
        if fault := record.fault(window):
            outcome.refused.append(RefusedRecord(record, fault))
        else:
            sound.append(record)
    sound.sort(key=lambda each: (each.line_id, each.started_at, each.record_id or ""))
    for start in range(0, len(sound), _AT_ONCE):
        chunk = sound[start : start + _AT_ONCE]
        outcome.add(patiently(partial(_take_in, chunk, by)))
    return outcome


def accepted_window() -> Window:
    """From when until when a record may have begun."""
    return clock.now() - BEHIND, clock.now() + AHEAD


def patiently(take_in: Callable[[], Ingested]) -> Ingested:
    """Again when another delivery stored the same name for another line at the same instant."""
    for _ in range(_TRIES - 1):
        try:
            return take_in()
        except IntegrityError as error:
            if db.session().info.get("in_transaction") or "usage_record_" not in str(error.orig):
                raise
    return take_in()


def rate_incoming(by: Actor) -> Ingested:
    """What is in the table of this delivery: refused, dropped, or stored and rated."""
    outcome = Ingested()
    _note(outcome, incoming.lock_lines(sorted(by.markets) if by.markets else None))
    span, _ = incoming.whole_span()
    if span is not None:
        first, last = (months.month_of(each) for each in span)
        months.make(db.session.connection(), months.between(first, last))
        _note(outcome, incoming.drop_copies(months.span(*span)))
        outcome.add(rating.rate(span))
    return outcome


def _take_in(chunk: Sequence[NewRecord], by: Actor) -> Ingested:
    with db.transaction():
        incoming.prepare()
        incoming.fill(chunk)
        return rate_incoming(by)


def _note(outcome: Ingested, turned: Sequence[Turned]) -> None:
    for each in turned:
        if each.reason is None:
            outcome.duplicates += 1
        else:
            outcome.refused.append(RefusedRecord(each.record, each.reason))
