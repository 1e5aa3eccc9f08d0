"""Names of usage records that deliveries store at the same time, so that none is stored twice.

What is stored is looked for (`incoming.drop_copies`), but two deliveries at once do not see each
other. A name is the key of a month's table, so in one month whoever comes second meets the first.
For the months beside each leaves a note of its names, and looks for them among the notes that
others have left there since its own look. From there to its commit it holds the turns of its
names, a few for all of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import text

from app.core import clock, db

# Far longer than a delivery takes.
KEPT = timedelta(minutes=10)
_TURN = 7_264_002
_NOW = text("SELECT CAST(pg_current_snapshot() AS text)")
_TAKE_TURNS = text(
    """
    SELECT pg_advisory_xact_lock(:lock, turn) FROM (
        SELECT DISTINCT get_byte(uuid_send(identity), 0) & 31 AS turn FROM incoming ORDER BY turn
    ) AS mine
    """
)
# No row where another delivery has left one of these names since this one looked. The planner does
# not know how many names a note has: so only notes of the months beside are opened, and their names
# put into one table of hashes, whatever it takes them for.
_LEAVE = text(
    """
    WITH mine AS MATERIALIZED (
        SELECT CAST(date_trunc('month', started_at AT TIME ZONE 'UTC') AS date) AS month,
            uuid_hash_extended(identity, 0) AS name
        FROM incoming
    ), beside AS MATERIALIZED (
        SELECT month, CAST(month + by AS date) AS other
        FROM (SELECT DISTINCT month FROM mine) AS months,
            (VALUES (interval '1 month'), (interval '-1 month')) AS steps (by)
    ), note AS MATERIALIZED (
        SELECT beside.month, names
        FROM beside JOIN arrival_note ON arrival_note.month = beside.other
        WHERE written_by >= CAST(split_part(:seen, ':', 1) AS bigint)
            AND NOT pg_visible_in_snapshot(
                CAST(CAST(written_by AS text) AS xid8), CAST(:seen AS pg_snapshot)
            )
            AND written_by <> CAST(CAST(pg_current_xact_id() AS text) AS bigint)
    )
    INSERT INTO arrival_note (written_by, written_at, month, names)
    SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), :now, month, array_agg(name)
    FROM mine
    WHERE NOT (SELECT bool_or((month, name) IN (SELECT month, unnest(names) FROM note)) FROM mine)
    GROUP BY month
    RETURNING id
    """
)
_FORGET = text("DELETE FROM arrival_note WHERE written_at < :before")


class SameName(Exception):
    """Another delivery has stored one of these names meanwhile: what it said is seen by now."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a delivery sees as stored, and since when: before it looks for its names."""

    seen: str
    at: datetime

    @classmethod
    def now(cls) -> Self:
        at = clock.now()
        return cls(str(db.session.scalars(_NOW).one()), at)

    @property
    def is_old(self) -> bool:
        """Soon notes are forgotten that others have left since."""
        return clock.now() - self.at > KEPT / 2


def leave(look: Look) -> None:
    """The last thing before the commit. Raises SameName."""
    turns = db.session.execute(_TAKE_TURNS, {"lock": _TURN}).all()
    if turns and db.session.scalar(_LEAVE, {"seen": look.seen, "now": clock.now()}) is None:
        raise SameName


def forget() -> int:
    """Notes that no delivery asks for any more."""
    with db.transaction():
        done = db.session.execute(_FORGET, {"before": clock.now() - KEPT})
        return int(done.rowcount)  # type: ignore[attr-defined]
