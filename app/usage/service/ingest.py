"""Taking in usage records: many at once, each counted once, rated in the order they happened.

Until a bill is closed the order of arrival changes nothing: a record that comes late takes its
place, and those after it are rated anew. What is on a closed bill stays as it is.
"""

from collections.abc import Callable, Sequence
from functools import partial

from psycopg.errors import DeadlockDetected, UniqueViolation
from sqlalchemy.exc import DBAPIError

from app.core import clock, db
from app.core.actor import Actor
from app.usage import arrivals, incoming, months
from app.usage.incoming import Turned
from app.usage.records import AHEAD, BEHIND, Ingested, NewRecord, RefusedRecord, Window
from app.usage.service import rating

_AT_ONCE = 5000
# Each time in vain somebody else has come through, and what she stored is seen by the next try.
_TRIES = 20


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
        outcome.add(patiently(partial(_take_in, chunk=chunk, by=by)))
    return outcome


def accepted_window() -> Window:
    """From when until when a record may have begun."""
    return clock.now() - BEHIND, clock.now() + AHEAD


def patiently(
    take_in: Callable[[arrivals.Look | None], Ingested], look: arrivals.Look | None = None
) -> Ingested:
    """Take in, in a transaction or inside the caller's; again where another delivery stored the
    same name at the same time, or both waited for each other's names.

    `look` is of names that were looked for before. What another has stored since is there by the
    next try, which looks for itself: a record that says otherwise comes back as `differs`.
    """
    with db.transaction():
        for _ in range(_TRIES - 1):
            try:
                with db.savepoint():
                    return take_in(look)
            except arrivals.SameName:
                pass
            except DBAPIError as error:
                if not _came_second(error):
                    raise
            look = None
        return take_in(None)


def _came_second(error: DBAPIError) -> bool:
    told = error.orig
    if isinstance(told, UniqueViolation):
        return (told.diag.table_name or "").startswith("usage_record_")
    return isinstance(told, DeadlockDetected)


def rate_incoming(by: Actor, look: arrivals.Look | None) -> Ingested:
    """What is in the table of this delivery: refused, dropped, or stored and rated.

    With a `look` only names that were found suspect then are looked for.
    """
    outcome = Ingested()
    _note(outcome, incoming.lock_lines(sorted(by.markets) if by.markets else None))
    span = incoming.whole_span()
    if span is not None:
        first, last = (months.month_of(each) for each in span)
        months.make(db.session.connection(), months.between(first, last))
        before, look = look, look or arrivals.Look.now()
        _note(outcome, incoming.drop_copies(months.span(*span), suspected=look is before))
        outcome.add(rating.rate(span))
        arrivals.leave(look)
    return outcome


def _take_in(look: arrivals.Look | None, chunk: Sequence[NewRecord], by: Actor) -> Ingested:
    incoming.prepare(many=len(chunk) > incoming.MANY)
    incoming.fill(chunk)
    return rate_incoming(by, look)


def _note(outcome: Ingested, turned: Sequence[Turned]) -> None:
    for each in turned:
        if each.reason is None:
            outcome.duplicates += 1
        else:
            outcome.refused.append(RefusedRecord(each.record, each.reason))
