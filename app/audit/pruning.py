"""Letting whole months of the trail go after their time, with a proof of what they held."""

from datetime import date

from sqlalchemy import text

from app.audit import checkpoints
from app.audit import service as audit
from app.audit.checkpoints import Pruned
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.months import AHEAD, begin, between, month_of, plus

# As many months as the law wants; the database refuses less, whoever asks.
KEPT_MONTHS = 60

_RUNS = text("""
    SELECT run.shard, min(run.number), max(run.number),
        encode((array_agg(run.hash ORDER BY run.number DESC))[1], 'hex')
    FROM (
        SELECT l.shard, l.number, l.hash,
            l.number - row_number() OVER (PARTITION BY l.shard ORDER BY l.number) AS island
        FROM audit_link l WHERE l.entry_at >= :begins AND l.entry_at < :ends
    ) run
    GROUP BY run.shard, run.island ORDER BY 1, 2
""")
_COUNT = text("SELECT count(*) FROM audit_entry e WHERE e.at >= :begins AND e.at < :ends")
_MONTHS = text("""
    SELECT to_date(right(child.relname, 7), 'YYYY_MM') FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = 'audit_entry'::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$'
    ORDER BY 1
""")


def due() -> list[date]:
    """Months that everything in has been kept for long enough, oldest first."""
    oldest_kept = plus(month_of(clock.now()), -KEPT_MONTHS)
    return [month for month in db.session.scalars(_MONTHS) if month < oldest_kept]


def prune(month: date, *, by: Actor) -> int:
    """How many entries went. What they were up to is in a checkpoint first, so `verify` goes on."""
    if month not in due():
        raise Invalid(field="month")
    with db.transaction():
        db.session.execute(text("SET LOCAL statement_timeout = 0"))
        span = {"begins": begin(month), "ends": begin(plus(month, 1))}
        entries = db.session.scalar(_COUNT, span) or 0
        runs = [(row[0], row[1], row[2], row[3]) for row in db.session.execute(_RUNS, span)]
        checkpoints.take_pruning(Pruned(month, entries, runs))
        db.session.execute(text("SELECT audit_drop_month(:month)"), {"month": month})
        audit.record(by, "trail.pruned", "trail", month.isoformat(), entries=entries)
    return entries


def make_months() -> int:
    """The tables of the months to come; how many were missing."""
    now = month_of(clock.now())
    with db.transaction():
        made = [
            db.session.scalar(text("SELECT audit_make_month(:month)"), {"month": month})
            for month in between(now, plus(now, AHEAD))
        ]
    return sum(map(bool, made))
