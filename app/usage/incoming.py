"""A delivery on its way in: a temporary table of this connection, worked on by whole statements.

Most records need no thought: their line has one bucket that has enough for all of them, or none
at all and a plain price. These are settled here, in any order with the same result. The others
stay for `app.usage.metering`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.catalog.models import UsageKind
from app.core import db
from app.core.money import Rounding
from app.markets.queries import all_markets
from app.usage.records import LONGEST, MOST, NewRecord, Use, Window
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

_TABLES = (
    f"CREATE TEMP TABLE IF NOT EXISTS incoming ({_TYPED}, identity uuid)",
    "CREATE TEMP TABLE IF NOT EXISTS incoming_line (id uuid, market_code text, timezone text, "
    "activated_at timestamptz, closed_at timestamptz, postpaid boolean)",
    "CREATE TEMP TABLE IF NOT EXISTS settled (line_id uuid, kind text, bucket_id uuid, "
    "minimum bigint, increment bigint, per bigint, price numeric, connect numeric, factor numeric)",
)
_EMPTY = "TRUNCATE incoming, incoming_line, settled"

# What `NewRecord.identity` says in Python.
IDENTITY = r"""
    CAST(encode(substring(sha256(convert_to(
        source || chr(31) || CASE WHEN record_id <> '' THEN 'id' || chr(31) || record_id
            ELSE line_id || chr(31) || kind || chr(31)
                || CAST(EXTRACT(epoch FROM started_at) * 1000000 AS bigint) || chr(31)
                || quantity || chr(31) || coalesce(other_party, '') END,
        'UTF8')) FOR 16), 'hex') AS uuid)
"""
# What `NewRecord.fault` says in Python, for files that go straight into the database.
_FAULTY = text(
    f"""
    DELETE FROM incoming
    WHERE quantity NOT BETWEEN 0 AND {MOST} OR started_at NOT BETWEEN :earliest AND :latest
        OR NOT coalesce(ended_at - started_at BETWEEN interval '0' AND :longest, true)
        OR concat(other_party, record_id, source) ~ '[[:cntrl:]]'
    RETURNING {_NAMES}, CASE
        WHEN quantity NOT BETWEEN 0 AND {MOST} THEN 'bad_quantity'
        WHEN started_at < :earliest THEN 'too_old'
        WHEN concat(other_party, record_id, source) ~ '[[:cntrl:]]' THEN 'bad_other_party'
        ELSE 'bad_time' END AS reason
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
        WHERE line.id IN (SELECT line_id FROM incoming)
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
_REPEATED = text(
    f"""
    DELETE FROM incoming AS new USING incoming AS old
    WHERE new.identity = old.identity AND new.ctid > old.ctid
    RETURNING {_OF_NEW}, {_SAME} AS same
    """
)
_STORED = text(
    f"""
    DELETE FROM incoming AS new USING usage_record AS old
    WHERE old.identity = new.identity AND old.started_at >= :since AND old.started_at < :until
    RETURNING {_OF_NEW}, {_SAME} AS same
    """
)
_SPAN = text("SELECT min(started_at) AS since, max(started_at) AS until, count(*) FROM incoming")

# Whoever must think twice about a kind: anything that makes the price depend on more than length.
_NOT_PLAIN = "'{zones,windows,steps,free_below,concat_within,allowance}'::text[]"
_SETTLED = text(
    f"""
    WITH used AS (
        SELECT line_id, kind, min(started_at) AS first_at, max(greatest(
                coalesce(ended_at, started_at),
                started_at + CASE WHEN kind = 'voice'
                    THEN make_interval(secs => least(quantity, :longest)) ELSE interval '0' END
            )) AS last_at, sum(quantity) AS quantity, count(*) AS records,
            bool_or(abroad IS NOT NULL) AS abroad
        FROM incoming GROUP BY line_id, kind
    ), priced AS (
        SELECT used.*, version.rates -> used.kind AS rate, line.postpaid, line.market_code,
            coalesce((version.rates -> used.kind ->> 'minimum')::bigint, 1) AS minimum,
            coalesce((version.rates -> used.kind ->> 'increment')::bigint, 1) AS increment
        FROM used
        JOIN incoming_line AS line ON line.id = used.line_id
        JOIN subscription AS plan ON plan.line_id = used.line_id AND plan.kind = 'plan'
            AND plan.starts_at <= used.first_at
            AND (plan.ends_at IS NULL OR plan.ends_at > used.last_at)
        JOIN offer_version AS version ON version.id = plan.offer_version_id
        WHERE NOT used.abroad AND NOT coalesce(version.rates -> used.kind ?| {_NOT_PLAIN}, false)
            AND NOT coalesce(version.rates -> 'buckets' -> used.kind ? 'hours', false)
    )
    INSERT INTO settled
    SELECT line_id, priced.kind, held.id, minimum, increment, coalesce((rate ->> 'per')::bigint, 1),
        coalesce((rate ->> 'price')::numeric, 0), coalesce((rate ->> 'connect')::numeric, 0),
        (CAST(:factors AS jsonb) ->> market_code)::numeric
    FROM priced
    CROSS JOIN LATERAL (
        SELECT count(*) AS buckets, (array_agg(bucket.id))[1] AS id, bool_and(
                bucket.starts_at <= first_at AND bucket.expires_at > last_at
                AND bucket.since IS NULL AND bucket.most_carried = 0 AND NOT overdraws
                AND (granted IS NULL OR granted + carried - bucket.used
                    >= quantity + records * (minimum + increment))
            ) AS enough
        FROM bucket
        WHERE bucket.line_id = priced.line_id AND bucket.kind = priced.kind
            AND bucket.expires_at > first_at AND bucket.starts_at <= last_at
    ) AS held
    WHERE CASE buckets WHEN 1 THEN enough
            WHEN 0 THEN rate IS NULL OR (postpaid AND CAST(:factors AS jsonb) ? market_code)
            ELSE false END
        AND NOT EXISTS (
            SELECT FROM subscription AS due
            JOIN allowance ON allowance.offer_version_id = due.offer_version_id
                AND allowance.kind = priced.kind
            WHERE due.line_id = priced.line_id AND due.starts_at <= last_at
                AND (due.ends_at IS NULL OR due.ends_at > first_at)
                AND NOT EXISTS (
                    SELECT FROM bucket
                    WHERE bucket.subscription_id = due.id AND bucket.kind = priced.kind
                        AND bucket.starts_at <= first_at AND bucket.expires_at > last_at
                )
        )
    """
)
# Rounded half up, exactly: a quotient of whole numbers, as `rating.price_of` says in Python.
_WRITTEN = text(
    """
    WITH counted AS (
        SELECT incoming.*, settled.bucket_id, per, price, connect, factor,
            CASE WHEN quantity <= 0 THEN 0 ELSE minimum
                + (greatest(0, quantity - minimum) + increment - 1) / increment * increment
                END AS units
        FROM incoming JOIN settled USING (line_id, kind)
    ), rated AS MATERIALIZED (
        SELECT counted.*, CASE
                WHEN bucket_id IS NOT NULL OR price = 0 AND connect = 0 OR units = 0 THEN 0
                ELSE div(2 * factor * (connect * per + price * units) + per, 2 * per) / factor
                END AS charged
        FROM counted
    ), stored AS (
        INSERT INTO usage_record (identity, line_id, kind, started_at, ended_at, quantity,
            other_party, abroad, charged, because, received_at)
        SELECT identity, line_id, kind, started_at, ended_at, quantity, other_party, abroad,
            charged, CASE
                WHEN bucket_id IS NOT NULL THEN
                    jsonb_build_object('drawn', jsonb_build_object(bucket_id::text, units))
                WHEN charged = 0 THEN '{"drawn": {}}'::jsonb
                ELSE jsonb_build_object('drawn', '{}'::jsonb, 'connect', connect::text,
                    'parts', jsonb_build_array(jsonb_build_object('at', started_at, 'units',
                        units, 'price', price::text, 'per', per)))
                END, :received_at
        FROM rated
    ), sums AS (
        SELECT bucket_id, sum(units) AS units FROM rated WHERE bucket_id IS NOT NULL
        GROUP BY bucket_id
    ), changed AS (
        UPDATE bucket SET used = bucket.used + sums.units
        FROM sums WHERE bucket.id = sums.bucket_id
        RETURNING bucket.id, bucket.used, bucket.granted + bucket.carried AS size, bucket.told
    )
    SELECT id FROM changed WHERE size > 0 AND told < 100 AND used * 2 >= size
    """
)
_LEFT = text(
    f"""
    SELECT identity, {_NAMES} FROM incoming
    WHERE NOT EXISTS (
        SELECT FROM settled
        WHERE settled.line_id = incoming.line_id AND settled.kind = incoming.kind
    )
    ORDER BY line_id, started_at, identity
    """
)
_DAYS = text(
    """
    INSERT INTO daily_usage (line_id, day, kind, quantity)
    SELECT incoming.line_id, CAST(started_at AT TIME ZONE line.timezone AS date), kind,
        sum(quantity)
    FROM incoming JOIN incoming_line AS line ON line.id = incoming.line_id
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (line_id, day, kind)
        DO UPDATE SET quantity = daily_usage.quantity + excluded.quantity
    """
)


@dataclass(frozen=True, slots=True)
class Turned:
    """A record that is not taken in. `reason` None is a copy."""

    record: NewRecord
    reason: str | None


def prepare() -> None:
    """The empty tables, for one transaction."""
    for table in _TABLES:
        db.session.execute(text(table))
    db.session.execute(text(_EMPTY))


def fill(records: Iterable[NewRecord]) -> None:
    """Put records that have no fault into the table, with their identities."""
    with (
        db.session.connection().connection.cursor() as cursor,
        cursor.copy(f"COPY incoming ({_NAMES}, identity) FROM STDIN") as copy,
    ):
        for record in records:
            copy.write_row(_row(record))


def make_staged(slices: int) -> None:
    """A table for a whole file, in slices that hold all records of a line."""
    db.session.execute(text(f"CREATE TEMP TABLE staged ({_TYPED}) PARTITION BY HASH (line_id)"))
    for place in range(slices):
        db.session.execute(
            text(
                f"CREATE TEMP TABLE staged_{place} PARTITION OF staged "
                f"FOR VALUES WITH (MODULUS {slices}, REMAINDER {place})"
            )
        )


def fill_from(table: str) -> None:
    """Put rows of another table of this connection into it."""
    db.session.execute(
        text(f"INSERT INTO incoming SELECT {_NAMES}, {IDENTITY} FROM {table}")  # noqa: S608
    )
    db.session.execute(text("ANALYZE incoming"))


def refuse_faulty(window: Window) -> list[Turned]:
    values = {"earliest": window[0], "latest": window[1], "longest": LONGEST}
    return _turned(_FAULTY, values)


def lock_lines(markets: Sequence[str] | None) -> list[Turned]:
    """Until the commit nobody else rates, renews or changes these lines; records of lines that
    are unknown, or of another market than these, or not in service then, go back."""
    db.session.execute(_LOCKED, {"markets": markets})
    return _turned(_OUT_OF_PLACE)


def drop_copies(span: Window | None) -> list[Turned]:
    """The same record again is dropped; the same name for another content is somebody's fault.

    Names are looked for within `span`, the months of the records and those beside them: a source
    that uses a name again later counts anew.
    """
    turned = _turned(_REPEATED)
    if span is not None:
        turned += _turned(_STORED, {"since": span[0], "until": span[1]})
    return turned


def whole_span() -> tuple[Window | None, int]:
    """When the first and the last begin, and how many there are."""
    row = db.session.execute(_SPAN).one()
    return ((row.since, row.until) if row.since else None), row.count


def settle(received_at: datetime) -> list[UUID]:
    """Rate and store all that needs no thought; buckets that are half used or more."""
    factors = {
        market.code: 10 ** get_currency_precision(market.currency)
        for market in all_markets()
        if market.policies.get("money_rounding", Rounding.HALF_UP) == Rounding.HALF_UP
    }
    values = {"longest": LONGEST.total_seconds(), "factors": Jsonb(factors)}
    db.session.execute(_SETTLED, values)
    return list(db.session.scalars(_WRITTEN, {"received_at": received_at}))


def left() -> list[tuple[Use, NewRecord]]:
    """What was not settled, by line and in the order it happened."""
    return [(_use(row), _record(row)) for row in db.session.execute(_LEFT)]


def line_ids() -> list[UUID]:
    return list(db.session.scalars(text("SELECT DISTINCT line_id FROM incoming ORDER BY 1")))


def drop(identities: Iterable[UUID]) -> None:
    """Take out what turned out to have no price."""
    db.session.execute(
        text("DELETE FROM incoming WHERE identity = ANY(:identities)"),
        {"identities": list(identities)},
    )


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


def _use(row: Any) -> Use:
    return Use(
        identity=row.identity,
        line_id=row.line_id,
        kind=UsageKind(row.kind),
        started_at=row.started_at,
        quantity=row.quantity,
        ended_at=row.ended_at,
        other_party=row.other_party,
        abroad=Abroad.read(row.abroad) if row.abroad else None,
    )
