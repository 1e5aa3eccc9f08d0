"""Rating at once what needs no thought, by whole statements on the table of a delivery.

A line's records of one kind are such when there is one bucket at most, which holds all the time,
and a plain price for what is beyond it. While that bucket has enough, or where there is none, what
else is to come changes nothing; where it ends, nothing later may be stored already.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision
from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.core import db, events
from app.core.money import Rounding
from app.markets.queries import market
from app.usage import incoming
from app.usage.events import AllowanceUsedUp
from app.usage.records import LONGEST, Window

# Whoever must think twice about a kind: anything that makes the price depend on more than length.
_NOT_PLAIN = "'{zones,windows,steps,free_below,concat_within,allowance}'::text[]"
_SETTLED = text(
    f"""
    WITH used AS MATERIALIZED (
        SELECT * FROM (
            SELECT line_id, kind, min(started_at) AS first_at,
                max(greatest(ended_at, started_at + CASE WHEN kind = 'voice'
                    THEN make_interval(secs => least(quantity, :longest)) ELSE interval '0' END
                )) AS last_at, sum(quantity) AS quantity, count(*) AS records
            FROM incoming
            GROUP BY line_id, kind
            HAVING bool_and(abroad IS NULL)
        ) AS use
        -- What one of a family takes is less for the others, and they have caps.
        WHERE NOT EXISTS (SELECT FROM family_member WHERE line_id = use.line_id)
            AND NOT EXISTS (SELECT FROM family_member WHERE owner_line_id = use.line_id)
    ), term AS MATERIALIZED (
        SELECT line_id, kind, offer_version_id, starts_at, ends_at
        FROM subscription
        WHERE line_id = ANY(ARRAY(SELECT id FROM incoming_line ORDER BY id))
    ), planned AS MATERIALIZED (
        SELECT used.*, plan.offer_version_id
        FROM used
        JOIN term AS plan ON plan.line_id = used.line_id AND plan.kind = 'plan'
            AND plan.starts_at <= used.first_at
            AND (plan.ends_at IS NULL OR plan.ends_at > used.last_at)
    ), entitled AS MATERIALIZED (
        SELECT term.line_id, allowance.kind, starts_at, ends_at
        FROM term JOIN allowance USING (offer_version_id)
    ), included AS MATERIALIZED (
        SELECT planned.line_id, planned.kind, count(*) AS allowances
        FROM planned
        JOIN entitled AS due ON due.line_id = planned.line_id AND due.kind = planned.kind
            AND due.starts_at <= last_at AND (due.ends_at IS NULL OR due.ends_at > first_at)
        GROUP BY planned.line_id, planned.kind
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
    ), open_bucket AS MATERIALIZED (
        SELECT *
        FROM bucket
        WHERE line_id = ANY(ARRAY(SELECT id FROM incoming_line ORDER BY id))
            AND kind IN ('data', 'sms', 'voice') AND expires_at > :since
    ), valid AS MATERIALIZED (
        SELECT planned.line_id, planned.kind,
            count(*) AS buckets, any_value(bucket.id) AS bucket_id,
            -- What another one follows would have to tell it what is left.
            bool_and(bucket.starts_at <= first_at AND bucket.expires_at > last_at
                AND bucket.since IS NULL AND bucket.networks IS NULL
                AND most_carried = 0 AND NOT overdraws
                AND NOT EXISTS (SELECT FROM bucket AS next WHERE next.before_id = bucket.id)
            ) AS whole,
            min(granted + carried - bucket.used) AS least_left
        FROM planned
        JOIN open_bucket AS bucket ON bucket.line_id = planned.line_id
            AND bucket.kind = planned.kind
            AND bucket.expires_at > first_at AND bucket.starts_at <= last_at
        GROUP BY planned.line_id, planned.kind
    ), held AS MATERIALIZED (
        SELECT planned.*, bucket_id, coalesce(buckets, 0) AS buckets, whole, least_left
        FROM planned
        LEFT JOIN included USING (line_id, kind)
        LEFT JOIN valid USING (line_id, kind)
        -- One bucket for what includes it, or none where nothing does: no month is to begin first.
        WHERE coalesce(buckets, 0) = coalesce(allowances, 0) AND coalesce(buckets, 0) < 2
    ), judged AS (
        SELECT held.*, minimum, increment, per, price, connect, free, postpaid,
            (CAST(:factors AS jsonb) ->> market_code)::numeric AS factor,
            coalesce(least_left >= quantity + records * (minimum + increment), true) AS enough
        FROM held
        JOIN priced ON priced.id = held.offer_version_id AND priced.kind = held.kind
        JOIN incoming_line AS line ON line.id = held.line_id
    )
    -- `room` is what the bucket has left, where that may not be enough.
    INSERT INTO settled
    SELECT line_id, kind, bucket_id, CASE WHEN NOT enough THEN least_left END,
        minimum, increment, per, price, connect, coalesce(factor, 1), free
    FROM judged
    WHERE CASE
        WHEN buckets = 0 THEN free OR (postpaid AND factor IS NOT NULL)
        WHEN enough THEN whole
        ELSE whole AND postpaid AND (free OR factor IS NOT NULL) AND NOT EXISTS (
            SELECT FROM usage_record AS later
            WHERE later.line_id = judged.line_id AND later.kind = judged.kind
                AND later.started_at >= judged.first_at AND later.started_at >= :since
        ) END
    """
)
_LINES = text("SELECT market_code, count(*) AS lines FROM incoming_line GROUP BY market_code")
# Where a bucket has `room` for so much and no more, each record has what those before it left, as
# `metering` says in Python. Rounded half up, exactly: a quotient of whole numbers.
_WRITTEN = text(
    """
    WITH counted AS NOT MATERIALIZED (
        SELECT identity, line_id, kind, started_at, ended_at, quantity, other_party,
            settled.bucket_id AS source_id, room, per, price, connect, factor, free,
            CASE WHEN quantity <= 0 THEN 0 ELSE minimum
                + (greatest(0, quantity - minimum) + increment - 1) / increment * increment
                END AS counts
        FROM incoming JOIN settled USING (line_id, kind)
    ), drawn AS (
        SELECT *, CASE WHEN source_id IS NULL THEN 0 ELSE counts END AS units
        FROM counted
        WHERE room IS NULL
        UNION ALL
        SELECT *, CAST(greatest(0, least(counts, room + counts - sum(counts) OVER (
            PARTITION BY line_id, kind ORDER BY started_at, identity))) AS bigint)
        FROM counted
        WHERE room IS NOT NULL
    ), rated AS (
        SELECT drawn.*, beyond, fee, CASE WHEN beyond = 0 OR price = 0 AND fee = 0 THEN 0
            ELSE div(2 * factor * (fee * per + price * beyond) + per, 2 * per) / factor
            END AS charged
        FROM drawn
        CROSS JOIN LATERAL (SELECT counts - units AS beyond,
            CASE WHEN units = 0 THEN connect ELSE 0 END AS fee) AS due
    ), stored AS (
        INSERT INTO usage_record (identity, line_id, kind, started_at, ended_at, quantity,
            other_party, charged, bucket_id, units, because, received_at)
        SELECT identity, line_id, kind, started_at, ended_at, quantity, other_party, charged,
            CASE WHEN units > 0 THEN source_id END, nullif(units, 0),
            CASE WHEN beyond > 0 AND NOT free THEN jsonb_build_object('connect', fee::text,
                'parts', jsonb_build_array(jsonb_build_object('at', started_at, 'units', beyond,
                    'price', price::text, 'per', per)))
                END, :received_at
        FROM rated
        ORDER BY line_id, started_at
        RETURNING bucket_id, units
    ), sums AS (
        SELECT bucket_id, sum(units) AS units FROM stored WHERE units > 0 GROUP BY bucket_id
    ), changed AS (
        UPDATE bucket SET used = bucket.used + sums.units
        FROM sums WHERE bucket.id = sums.bucket_id
        RETURNING bucket.id, bucket.line_id, bucket.kind, bucket.used, bucket.told,
            bucket.granted + bucket.carried AS size, bucket.expires_at, sums.units
    )
    SELECT id, line_id, kind, told < 100 AND used * 2 >= size AS half_used,
        used >= size AND used - units < size AND expires_at > :received_at AS used_up
    FROM changed WHERE size > 0 AND used * 2 >= size
    """
)


def settle(received_at: datetime, span: Window) -> list[UUID]:
    """Rate and store all that needs no thought; buckets that are half used or more.

    `span` is when the first record begins and when the last does.
    """
    lines = {row.market_code: row.lines for row in db.session.execute(_LINES)}
    factors = {
        code: 10 ** get_currency_precision(market(code).currency)
        for code in lines
        if all(
            policies.money_rounding is Rounding.HALF_UP
            for policies in market(code).policies_within(*span)
        )
    }
    values = {"longest": LONGEST.total_seconds(), "factors": Jsonb(factors), "since": span[0]}
    with _without_loops(sum(lines.values()) > incoming.MANY):
        done: Any = db.session.execute(_SETTLED, values)
    if done.rowcount > incoming.MANY:
        incoming.glance("settled (line_id, kind, room)")
    buckets = db.session.execute(_WRITTEN, {"received_at": received_at}).all()
    for each in buckets:
        if each.used_up:
            events.announce(AllowanceUsedUp(each.line_id, each.kind))
    return [each.id for each in buckets if each.half_used]


@contextmanager
def _without_loops(many: bool) -> Iterator[None]:
    """The planner takes what comes out of each step for a row or two: of many lines it would look
    at all of them for each of them."""
    if many:
        db.session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    if many:
        db.session.execute(text("SET LOCAL enable_nestloop = on"))
