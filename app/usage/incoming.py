"""A delivery on its way in: a temporary table of this connection, worked on by whole statements.

Faults and copies are taken out here; `app.usage.settling` rates what needs no thought, and what is
left is for `app.usage.metering`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.catalog.models import UsageKind
from app.core import db
from app.usage import sharing
from app.usage.records import LONGEST, LONGEST_CALL, MOST, NewRecord, Use, Window
from app.usage.roaming import Abroad

COLUMNS = (
    "line_id",
    "kind",
    "started_at",
    "quantity",
    "other_party",
    "source",
    "record_id",
    "ended_at",
    "abroad",
)
_NAMES = ", ".join(COLUMNS)
_TYPED = """line_id uuid, kind text, started_at timestamptz, quantity bigint, other_party text,
    source text, record_id text, ended_at timestamptz, abroad jsonb"""
# What a file must be before any of its rows is looked at.
_READABLE = """
    CHECK (line_id IS NOT NULL AND quantity IS NOT NULL AND kind IN ('data', 'voice', 'sms')),
    CHECK (coalesce(started_at BETWEEN '0002-01-01Z' AND '9998-01-01Z', false)),
    CHECK (ended_at BETWEEN '0002-01-01Z' AND '9998-01-01Z'),
    CHECK (jsonb_typeof(abroad -> 'network') = 'string'),
    CHECK (NOT abroad ? 'amount' OR coalesce(jsonb_typeof(abroad -> 'currency') = 'string'
        AND jsonb_typeof(abroad -> 'amount') = 'number' AND abroad ->> 'amount' ~ '^[0-9]{1,15}$'
        AND jsonb_typeof(abroad -> 'decimals') = 'number' AND abroad ->> 'decimals' ~ '^[0-6]$',
        false))
"""
_TABLES = (
    f"CREATE TEMP TABLE IF NOT EXISTS incoming ({_TYPED}, identity uuid)",
    """CREATE TEMP TABLE IF NOT EXISTS incoming_line (id uuid, market_code text, timezone text,
        activated_at timestamptz, closed_at timestamptz, postpaid boolean)""",
    """CREATE TEMP TABLE IF NOT EXISTS settled (line_id uuid, kind text, bucket_id uuid,
        room bigint, minimum bigint, increment bigint, per bigint, price numeric, connect numeric,
        factor numeric, free boolean)""",
)
_EMPTY = "TRUNCATE incoming, incoming_line, settled"
# Names of a whole file that must be looked for with the records of their slice.
_SUSPECT = "CREATE TEMP TABLE suspect (identity uuid)"

# From so many rows on the planner should know of them.
MANY = 500

# Microseconds since 1970, as text.
_TICKS = """CAST(CAST(EXTRACT(epoch FROM {moment} - CAST('1970-01-01Z' AS timestamptz))
    * 1000000 AS bigint) AS text)"""
_NAME = f"""coalesce(source, 'network') || chr(31) || CASE
        WHEN record_id <> '' THEN 'id' || chr(31) || record_id
        ELSE CAST(line_id AS text) || chr(31) || kind
            || chr(31) || {_TICKS.format(moment="started_at")}
            || chr(31) || CAST(quantity AS text)
            || chr(31) || coalesce(other_party, '')
            || chr(31) || coalesce({_TICKS.format(moment="ended_at")}, '')
            || chr(31) || coalesce(abroad ->> 'network', '')
            || chr(31) || coalesce(abroad ->> 'amount', '')
            || chr(31) || coalesce(abroad ->> 'decimals', '')
            || chr(31) || coalesce(abroad ->> 'currency', '')
        END"""
# What `NewRecord.identity` says in Python, of nothing but the row: a column may be made of it, but
# not with `convert_to`. A backslash means itself to whoever reads text as bytes when it is doubled.
IDENTITY = rf"""
    CAST(encode(substring(sha256(CAST(replace({_NAME}, '\', '\\') AS bytea)) FOR 16), 'hex')
        AS uuid)
"""
_MOST = f"CASE kind WHEN 'voice' THEN {LONGEST_CALL} ELSE {MOST} END"
# What `NewRecord.fault` says in Python, for files that go straight into the database.
_FAULTY = text(
    f"""
    DELETE FROM incoming
    WHERE quantity NOT BETWEEN 0 AND {_MOST} OR started_at NOT BETWEEN :earliest AND :latest
        OR NOT coalesce(ended_at - started_at BETWEEN interval '0' AND :longest, true)
        OR concat(other_party, record_id, source) ~ '[[:cntrl:]]'
    RETURNING {_NAMES}, CASE
        WHEN quantity NOT BETWEEN 0 AND {_MOST} THEN 'bad_quantity'
        WHEN started_at < :earliest THEN 'too_old'
        WHEN concat(other_party, record_id, source) ~ '[[:cntrl:]]' THEN 'bad_other_party'
        ELSE 'bad_time' END AS reason
    """
)
_IN_FAMILIES = text(
    """
    SELECT DISTINCT line_id FROM incoming
    WHERE line_id IN (
        SELECT line_id FROM family_member UNION ALL SELECT owner_line_id FROM family_member
    )
    """
)
_LOCKED = text(
    """
    WITH locked AS (
        SELECT line.id, line.market_code, market.timezone, line.activated_at, line.closed_at,
            line.mode = 'postpaid' AS postpaid
        FROM line
        JOIN account ON account.id = line.account_id
        JOIN market ON market.code = account.market_code
        WHERE line.id = ANY(ARRAY(
                SELECT DISTINCT line_id FROM incoming
                UNION SELECT unnest(CAST(:relatives AS uuid[]))
                ORDER BY 1
            ))
            AND (CAST(:markets AS text[]) IS NULL OR line.market_code = ANY(:markets))
        ORDER BY line.id
        FOR NO KEY UPDATE OF line
    )
    INSERT INTO incoming_line SELECT * FROM locked
    """
)
_OUT_OF_PLACE = text(
    f"""
    DELETE FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM incoming_line AS line
        WHERE line.id = incoming.line_id AND line.activated_at <= incoming.started_at
            AND coalesce(incoming.started_at < line.closed_at, true)
    )
    RETURNING {_NAMES}, CASE
        WHEN line_id IN (SELECT id FROM incoming_line) THEN 'not_in_service'
        ELSE 'unknown_line' END AS reason
    """
)
_SAME = """(new.line_id, new.kind, new.started_at, new.quantity, new.other_party, new.ended_at,
    new.abroad) IS NOT DISTINCT FROM (old.line_id, old.kind, old.started_at, old.quantity,
    old.other_party, old.ended_at, old.abroad)"""
_OF_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_ALL, _SUSPECTED = (
    "SELECT identity FROM incoming",
    "SELECT identity FROM incoming JOIN suspect USING (identity)",
)
_REPEATED = {
    names: text(
        f"""
        DELETE FROM incoming AS new USING incoming AS old
        WHERE new.identity = old.identity AND new.ctid > old.ctid AND new.identity IN ({names})
        RETURNING {_OF_NEW}, {_SAME} AS same
        """
    )
    for names in (_ALL, _SUSPECTED)
}
# One walk along the keys, in their order.
_STORED = {
    names: text(
        f"""
        WITH stored AS MATERIALIZED (
            SELECT * FROM usage_record
            WHERE identity = ANY(ARRAY({names} ORDER BY identity))
                AND started_at >= :since AND started_at < :until
        )
        DELETE FROM incoming AS new USING stored AS old
        WHERE new.identity = old.identity
        RETURNING {_OF_NEW}, {_SAME} AS same
        """
    )
    for names in (_ALL, _SUSPECTED)
}
_STAGED_SPAN = text(
    """
    SELECT min(started_at) AS since, max(started_at) AS until, count(*) AS records FROM staged
    WHERE started_at BETWEEN :earliest AND :latest
    """
)
# The names of a file that come twice in it, or are stored: in one walk, which finds many on each
# page of the keys and so costs much the same however many are stored.
_SUSPECTS = text(
    """
    WITH named AS MATERIALIZED (
        SELECT identity, lag(identity) OVER (ORDER BY identity) = identity AS again
        FROM staged
        WHERE identity BETWEEN :first AND :last
    )
    INSERT INTO suspect
    SELECT identity FROM named WHERE again
    UNION
    SELECT identity FROM usage_record
    WHERE identity = ANY(ARRAY(SELECT identity FROM named))
        AND started_at >= :since AND started_at < :until
    """
)
# So many names make one walk.
_NAMES_AT_ONCE = 1_000_000
_SPAN = text("SELECT min(started_at) AS since, max(started_at) AS until FROM incoming")
# Lines as one array, which is read faster than rows.
_TAKEN_IN = text(
    """
    SELECT array_agg(line_id ORDER BY line_id) AS line_ids, CAST(sum(records) AS bigint) AS records
    FROM (SELECT line_id, count(*) AS records FROM incoming GROUP BY line_id) AS each_line
    """
)

_LEFT = text(
    """
    SELECT * FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM settled
        WHERE settled.line_id = incoming.line_id AND settled.kind = incoming.kind
    )
    ORDER BY line_id, started_at, identity
    """
)
_UNPRICED = text(
    f"DELETE FROM incoming WHERE identity = ANY(:identities) RETURNING identity, {_NAMES}"
)
# The lines' locks are held: a sum that is not there yet is made by nobody else, which costs less
# than to be ready for it.
_DAYS = text(
    """
    WITH added AS MATERIALIZED (
        SELECT incoming.line_id, CAST(started_at AT TIME ZONE line.timezone AS date) AS day, kind,
            sum(quantity) AS quantity
        FROM incoming JOIN incoming_line AS line ON line.id = incoming.line_id
        GROUP BY 1, 2, 3
    ), known AS MATERIALIZED (
        SELECT line_id, day, kind FROM daily_usage
        WHERE line_id = ANY(ARRAY(SELECT id FROM incoming_line ORDER BY id))
            AND day BETWEEN (SELECT min(day) FROM added) AND (SELECT max(day) FROM added)
    ), sums AS MATERIALIZED (
        SELECT *, (line_id, day, kind) IN (SELECT line_id, day, kind FROM known) AS known
        FROM added
        ORDER BY line_id, day, kind
    ), raised AS (
        INSERT INTO daily_usage (line_id, day, kind, quantity)
        SELECT line_id, day, kind, quantity FROM sums WHERE known
        ON CONFLICT (line_id, day, kind)
            DO UPDATE SET quantity = daily_usage.quantity + excluded.quantity
    )
    INSERT INTO daily_usage (line_id, day, kind, quantity)
    SELECT line_id, day, kind, quantity FROM sums WHERE NOT known
    """
)


@dataclass(frozen=True, slots=True)
class Turned:
    """A record that is not taken in. `reason` None is a copy."""

    record: NewRecord
    reason: str | None


def prepare(*, many: bool) -> None:
    """The empty tables, for one transaction.

    For `many` records its statements are planned anew: plans that were kept for a few, or made
    while tables were empty, would look at all of a table for each of them.
    """
    if many:
        db.session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    for table in _TABLES:
        db.session.execute(text(table))
    db.session.execute(text(_EMPTY))


def glance(table: str) -> None:
    """Tell the planner of a table that has many rows."""
    db.session.execute(text("SET LOCAL default_statistics_target = 10"))
    # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - tables of ours
    db.session.execute(text(f"ANALYZE {table}"))


@contextmanager
def copying(statement: str) -> Iterator[Any]:
    """COPY into a table of this connection; what comes back takes rows or blocks of text."""
    connection: Any = db.session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def fill(records: Iterable[NewRecord]) -> None:
    """Put records that have no fault into the table, with their identities."""
    with copying(f"COPY incoming ({_NAMES}, identity) FROM STDIN") as copy:
        for record in records:
            copy.write_row(_row(record))


def make_staged(cuts: Sequence[UUID]) -> list[str]:
    """A table for a whole file, in slices that hold all records of the lines between two cuts;
    these are in the order of the lines' ids."""
    db.session.execute(
        text(
            f"CREATE TEMP TABLE staged ({_TYPED}, identity uuid GENERATED ALWAYS AS ({IDENTITY})"
            f" STORED, {_READABLE}) PARTITION BY RANGE (line_id)"
        )
    )
    db.session.execute(text(_SUSPECT))
    ends = ["MINVALUE", *(f"'{cut}'" for cut in cuts), "MAXVALUE"]
    slices = [f"staged_{place}" for place in range(len(cuts) + 1)]
    for table, (since, until) in zip(slices, pairwise(ends), strict=True):
        db.session.execute(
            text(
                f"CREATE TEMP TABLE {table} PARTITION OF staged "
                f"FOR VALUES FROM ({since}) TO ({until})"
            )
        )
    return slices


def staged_span(window: Window) -> tuple[Window | None, int]:
    """When the first and the last of the file begin within this window, and how many there are."""
    values = {"earliest": window[0], "latest": window[1]}
    row = db.session.execute(_STAGED_SPAN, values).one()
    return ((row.since, row.until) if row.since else None), row.records


def find_suspects(span: Window, records: int) -> None:
    """Note which of so many names of the file are to be looked for again with their slice.

    Names are looked for within `span`, as `drop_copies` does.
    """
    db.session.execute(text("TRUNCATE suspect"))
    parts = 1 + records // _NAMES_AT_ONCE
    ends = [place * 2**128 // parts for place in range(parts + 1)]
    for first, after in pairwise(ends):
        values = {"first": UUID(int=first), "last": UUID(int=after - 1)}
        db.session.execute(_SUSPECTS, {**values, "since": span[0], "until": span[1]})
    glance("suspect")


def fill_from(table: str) -> None:
    """Put rows of another table of this connection into it."""
    names = _NAMES.replace("source", "coalesce(source, 'network')")
    db.session.execute(
        # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - tables of ours
        text(f"INSERT INTO incoming ({_NAMES}, identity) SELECT {names}, identity FROM {table}")
    )
    glance("incoming (line_id, kind, started_at, identity)")


def refuse_faulty(window: Window) -> list[Turned]:
    values = {"earliest": window[0], "latest": window[1], "longest": LONGEST}
    return _turned(_FAULTY, values)


def lock_lines(markets: Sequence[str] | None) -> list[Turned]:
    """Until the commit nobody else rates, renews or changes these lines and their families;
    records of lines that are unknown, or of another market than these, or not in service then,
    go back."""
    families = sharing.relatives(db.session.scalars(_IN_FAMILIES)).values()
    relatives = list(set().union(*families))
    done: Any = db.session.execute(_LOCKED, {"markets": markets, "relatives": relatives})
    if done.rowcount > MANY:
        glance("incoming_line (id)")
    return _turned(_OUT_OF_PLACE)


def drop_copies(span: Window, *, suspected: bool = False) -> list[Turned]:
    """The same record again is dropped; the same name for another content is somebody's fault.

    Names are looked for within `span`, the months of the records and those beside them: a source
    that uses a name again later counts anew. All are, or only those that were found suspect.
    """
    names = _SUSPECTED if suspected else _ALL
    turned = _turned(_REPEATED[names])
    return turned + _turned(_STORED[names], {"since": span[0], "until": span[1]})


def whole_span() -> Window | None:
    """When the first and the last begin."""
    row = db.session.execute(_SPAN).one()
    return (row.since, row.until) if row.since else None


def taken_in() -> tuple[list[UUID], int]:
    """Whose records are there, and how many."""
    row = db.session.execute(_TAKEN_IN).one()
    return row.line_ids or [], row.records or 0


def left() -> list[Use]:
    """What was not settled, by line and in the order it happened."""
    return [Use.read(row) for row in db.session.execute(_LEFT)]


def locked(line_ids: Iterable[UUID]) -> list[UUID]:
    """Which of these lines `lock_lines` has locked."""
    statement = text("SELECT id FROM incoming_line WHERE id = ANY(:line_ids)")
    return list(db.session.scalars(statement, {"line_ids": list(line_ids)}))


def refuse(reasons: Mapping[UUID, str]) -> list[Turned]:
    """Take out what turned out to have no price, by identity."""
    if not reasons:
        return []
    rows = db.session.execute(_UNPRICED, {"identities": list(reasons)})
    return [Turned(_record(row), reasons[row.identity]) for row in rows]


def add_to_days() -> None:
    """Add what is in the table to the sums of each day of the market."""
    db.session.execute(_DAYS)


def _turned(statement: Any, values: dict[str, Any] | None = None) -> list[Turned]:
    return [_one(row) for row in db.session.execute(statement, values or {})]


def _one(row: Any) -> Turned:
    told = row._mapping  # noqa: SLF001
    reason = told.get("reason") or (None if told["same"] else "differs")
    return Turned(_record(row), reason)


def _row(record: NewRecord) -> Iterator[Any]:
    abroad = record.abroad
    return iter(
        (
            record.line_id,
            record.kind.value,
            record.started_at,
            record.quantity,
            record.other_party,
            record.source,
            record.record_id,
            record.ended_at,
            Jsonb(abroad.written()) if abroad else None,
            record.identity,
        )
    )


def _record(row: Any) -> NewRecord:
    return NewRecord(
        line_id=row.line_id,
        kind=UsageKind(row.kind),
        started_at=row.started_at,
        quantity=row.quantity,
        other_party=row.other_party,
        source=row.source,
        record_id=row.record_id,
        ended_at=row.ended_at,
        abroad=Abroad.read(row.abroad) if row.abroad else None,
    )
