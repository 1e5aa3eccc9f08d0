"""Rating at once what needs no thought, by whole statements on the table of a delivery.

A line's records of one kind are such when one bucket has enough for all of them, or when there is
no bucket at all and a plain price: then their order, and what else is to come, changes nothing.
"""

from datetime import datetime
from uuid import UUID

from babel.numbers import get_currency_precision
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.core import db
from app.core.money import Rounding
from app.markets.queries import market
from app.usage.records import LONGEST, Window

# Whoever must think twice about a kind: anything that makes the price depend on more than length.
_NOT_PLAIN = "'{zones,windows,steps,free_below,concat_within,allowance}'::text[]"
_SETTLED = text(
    f"""
    WITH used AS MATERIALIZED (
        SELECT line_id, kind, min(started_at) AS first_at,
            max(greatest(ended_at, started_at + CASE WHEN kind = 'voice'
                THEN make_interval(secs => least(quantity, :longest)) ELSE interval '0' END
            )) AS last_at, sum(quantity) AS quantity, count(*) AS records
        FROM incoming
        -- What one of a family takes is less for the others, and they have caps.
        WHERE NOT EXISTS (SELECT FROM family_member WHERE line_id = incoming.line_id)
            AND NOT EXISTS (SELECT FROM family_member WHERE owner_line_id = incoming.line_id)
        GROUP BY line_id, kind
        HAVING count(abroad) = 0
    ), planned AS MATERIALIZED (
        SELECT used.*, plan.offer_version_id
        FROM used
        JOIN subscription AS plan ON plan.line_id = used.line_id AND plan.kind = 'plan'
            AND plan.starts_at <= used.first_at
            AND (plan.ends_at IS NULL OR plan.ends_at > used.last_at)
    ), priced AS MATERIALIZED (
        SELECT version.id, asked.kind, rate IS NULL AS free,
            coalesce((rate ->> 'minimum')::bigint, 1) AS minimum,
            coalesce((rate ->> 'increment')::bigint, 1) AS increment,
            coalesce((rate ->> 'per')::bigint, 1) AS per,
            coalesce((rate ->> 'price')::numeric, 0) AS price,
            coalesce((rate ->> 'connect')::numeric, 0) AS connect
        FROM (SELECT DISTINCT offer_version_id, kind FROM planned) AS asked
        JOIN offer_version AS version ON version.id = asked.offer_version_id
        CROSS JOIN LATERAL (SELECT version.rates -> asked.kind AS rate) AS written
        WHERE NOT coalesce(rate ?| {_NOT_PLAIN}, false)
            AND NOT coalesce(version.rates -> 'buckets' -> asked.kind ? 'hours', false)
    ), held AS MATERIALIZED (
        SELECT planned.*, bucket_id, buckets, whole, least_left
        FROM planned
        CROSS JOIN LATERAL (
            SELECT count(*) AS buckets, (array_agg(bucket.id))[1] AS bucket_id,
                bool_and(bucket.starts_at <= first_at AND bucket.expires_at > last_at
                    AND bucket.since IS NULL AND most_carried = 0 AND NOT overdraws) AS whole,
                min(granted + carried - bucket.used) AS least_left
            FROM bucket
            WHERE bucket.line_id = planned.line_id AND bucket.kind = planned.kind
                AND bucket.expires_at > first_at AND bucket.starts_at <= last_at
        ) AS valid
        -- One bucket for what includes it, or none where nothing does: no month is to begin first.
        WHERE buckets < 2 AND buckets = (
            SELECT count(*)
            FROM subscription AS due
            JOIN allowance ON allowance.offer_version_id = due.offer_version_id
                AND allowance.kind = planned.kind
            WHERE due.line_id = planned.line_id AND due.starts_at <= last_at
                AND (due.ends_at IS NULL OR due.ends_at > first_at)
        )
    )
    INSERT INTO settled
    SELECT line_id, held.kind, bucket_id, minimum, increment, per, price, connect,
        (CAST(:factors AS jsonb) ->> market_code)::numeric
    FROM held
    JOIN priced ON priced.id = held.offer_version_id AND priced.kind = held.kind
    JOIN incoming_line AS line ON line.id = held.line_id
    WHERE CASE buckets
        WHEN 1 THEN whole
            AND coalesce(least_left >= quantity + records * (minimum + increment), true)
        ELSE free OR (postpaid AND CAST(:factors AS jsonb) ? market_code) END
    """
)
# Rounded half up, exactly: a quotient of whole numbers, as `metering` says in Python.
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
            other_party, charged, bucket_id, units, because, received_at)
        SELECT identity, line_id, kind, started_at, ended_at, quantity, other_party,
            charged, bucket_id, CASE WHEN bucket_id IS NOT NULL THEN units END,
            CASE WHEN charged > 0 THEN jsonb_build_object('connect', connect::text,
                'parts', jsonb_build_array(jsonb_build_object('at', started_at, 'units', units,
                    'price', price::text, 'per', per)))
                END, :received_at
        FROM rated
        ORDER BY line_id, started_at
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


def settle(received_at: datetime, span: Window) -> list[UUID]:
    """Rate and store all that needs no thought; buckets that are half used or more.

    `span` is when the first record begins and when the last does.
    """
    factors = {
        code: 10 ** get_currency_precision(market(code).currency)
        for code in db.session.scalars(text("SELECT DISTINCT market_code FROM incoming_line")).all()
        if all(
            policies.money_rounding is Rounding.HALF_UP
            for policies in market(code).policies_within(*span)
        )
    }
    values = {"longest": LONGEST.total_seconds(), "factors": Jsonb(factors)}
    db.session.execute(_SETTLED, values)
    return list(db.session.scalars(_WRITTEN, {"received_at": received_at}))
