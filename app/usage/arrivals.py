"""Names of usage records that deliveries store at the same time, so that none is stored twice.

A copy meets its twin in the key of their month; one name with two starts has two keys. What is
stored is looked for (`incoming.drop_copies`), but two deliveries at once do not see each other.
So each leaves a note of its names, and looks for them among the notes that others have left since
its own look. From there to its commit it holds the turns of its names, a few for all of them.
"""

from datetime import timedelta

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
# No row where another delivery has left one of these names since this one looked.
_LEAVE = text(
    """
    INSERT INTO arrival_note (written_by, written_at, names)
    SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), :now,
        array_agg(uuid_hash_extended(identity, 0))
    FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM arrival_note AS note, unnest(note.names) AS name
        WHERE note.written_by >= CAST(split_part(:seen, ':', 1) AS bigint)
            AND NOT pg_visible_in_snapshot(
                CAST(CAST(note.written_by AS text) AS xid8), CAST(:seen AS pg_snapshot)
            )
            AND note.written_by <> CAST(CAST(pg_current_xact_id() AS text) AS bigint)
            AND name IN (SELECT uuid_hash_extended(identity, 0) FROM incoming)
    )
    HAVING count(*) > 0
    RETURNING id
    """
)
_FORGET = text("DELETE FROM arrival_note WHERE written_at < :before")


class SameName(Exception):
    """Another delivery has stored one of these names meanwhile: what it said is seen by now."""


def look() -> str:
    """What this delivery sees as stored: before it looks for its names."""
    return str(db.session.scalars(_NOW).one())


def leave(seen: str) -> None:
    """The last thing before the commit. Raises SameName."""
    turns = db.session.execute(_TAKE_TURNS, {"lock": _TURN}).all()
    if turns and db.session.scalar(_LEAVE, {"seen": seen, "now": clock.now()}) is None:
        raise SameName


def forget() -> int:
    """Notes that no delivery asks for any more."""
    with db.transaction():
        done = db.session.execute(_FORGET, {"before": clock.now() - KEPT})
        return int(done.rowcount)  # type: ignore[attr-defined]
