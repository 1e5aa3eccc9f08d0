"""Writing many rows of usage in one statement each, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import text

from app.catalog.models import UsageKind
from app.core import db
from app.core.ids import new_id
from app.usage.outcome import Outcome
from app.usage.records import Use


@dataclass(frozen=True, slots=True)
class NewBucket:
    """`granted` None is unlimited."""

    line_id: UUID
    subscription_id: UUID
    kind: UsageKind
    granted: int | None
    priority: int
    starts_at: datetime
    expires_at: datetime
    name: str = ""
    since: time | None = None
    until: time | None = None
    least_carried: int = 0
    most_carried: int = 0
    overdraws: bool = False
    throttles: bool = False
    watched: bool = False
    networks: tuple[str, ...] = ()


_RECORDS = text(
    """
    INSERT INTO usage_record
        (identity, line_id, kind, started_at, ended_at, quantity, other_party, abroad, charged,
         bucket_id, units, because, received_at)
    SELECT new.*, :received_at
    FROM unnest(
        CAST(:identities AS uuid[]), CAST(:line_ids AS uuid[]), CAST(:kinds AS text[]),
        CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[]),
        CAST(:quantities AS bigint[]), CAST(:others AS text[]), CAST(:abroad AS jsonb[]),
        CAST(:amounts AS numeric[]), CAST(:buckets AS uuid[]), CAST(:units AS bigint[]),
        CAST(:because AS jsonb[])
    ) AS new
    """
)
_RERATED = text(
    """
    UPDATE usage_record SET charged = new.amount, bucket_id = new.bucket_id, units = new.units,
        because = new.because
    FROM unnest(
        CAST(:identities AS uuid[]), CAST(:begins AS timestamptz[]), CAST(:amounts AS numeric[]),
        CAST(:buckets AS uuid[]), CAST(:units AS bigint[]), CAST(:because AS jsonb[])
    ) AS new (identity, started_at, amount, bucket_id, units, because)
    WHERE usage_record.identity = new.identity AND usage_record.started_at = new.started_at
    """
)
_USED = text(
    """
    UPDATE bucket SET used = new.used
    FROM unnest(CAST(:ids AS uuid[]), CAST(:used AS bigint[])) AS new (id, used)
    WHERE bucket.id = new.id
    """
)
_BUCKETS = text(
    """
    INSERT INTO bucket
        (id, line_id, subscription_id, kind, granted, priority, starts_at, expires_at, name,
         since, until, least_carried, most_carried, overdraws, throttles, watched, networks, used,
         carried, told)
    SELECT new.id, line_id, subscription_id, kind, granted, priority, starts_at, expires_at, name,
        since, until, least, most, overdraws, throttles, watched, CAST(networks AS text[]), 0, 0, 0
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:line_ids AS uuid[]), CAST(:subscription_ids AS uuid[]),
        CAST(:kinds AS text[]), CAST(:granted AS bigint[]), CAST(:priorities AS int[]),
        CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[]), CAST(:names AS text[]),
        CAST(:since AS time[]), CAST(:until AS time[]), CAST(:least AS bigint[]),
        CAST(:most AS bigint[]), CAST(:overdraws AS boolean[]), CAST(:throttles AS boolean[]),
        CAST(:watched AS boolean[]), CAST(:networks AS text[])
    ) AS new (id, line_id, subscription_id, kind, granted, priority, starts_at, expires_at, name,
        since, until, least, most, overdraws, throttles, watched, networks)
    ON CONFLICT (subscription_id, kind, name, starts_at) DO NOTHING
    RETURNING id, most_carried > 0 OR overdraws AS carries
    """
)
_FOLLOWS = text(
    """
    UPDATE bucket SET before_id = old.id
    FROM bucket AS old
    WHERE (bucket.id = ANY(:ids) OR old.id = ANY(:ids))
        AND (bucket.most_carried > 0 OR bucket.overdraws)
        AND old.subscription_id = bucket.subscription_id AND old.kind = bucket.kind
        AND old.name = bucket.name AND old.expires_at = bucket.starts_at
    RETURNING old.id
    """
)
# What `rollover.brought` says, for every bucket that follows one of these.
_CARRIED = text(
    """
    UPDATE bucket SET carried = new.carried
    FROM (
        SELECT next.id, CASE WHEN gone.left < 0 THEN gone.left
            ELSE least(next.most_carried, greatest(next.least_carried, gone.left)) END AS carried
        FROM bucket AS next
        JOIN (SELECT id, granted + carried - used AS left FROM bucket) AS gone
            ON gone.id = next.before_id
        WHERE next.before_id = ANY(:ids) AND gone.left IS NOT NULL
    ) AS new
    WHERE bucket.id = new.id AND bucket.carried <> new.carried
    RETURNING bucket.id
    """
)
_BEGUN = text(
    """
    SELECT asked.id, max(bucket.starts_at) AS starts_at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:befores AS timestamptz[])) AS asked (id, before)
    JOIN bucket ON bucket.subscription_id = asked.id AND bucket.starts_at <= asked.before
    GROUP BY asked.id
    """
)
_DAY = text(
    """
    INSERT INTO daily_usage (line_id, day, kind, quantity) VALUES (:line_id, :day, :kind, :quantity)
    ON CONFLICT (line_id, day, kind)
        DO UPDATE SET quantity = daily_usage.quantity + excluded.quantity
    """
)
_CREDIT = text(
    """
    UPDATE balance SET amount = new.amount
    FROM unnest(CAST(:line_ids AS uuid[]), CAST(:amounts AS numeric[])) AS new (line_id, amount)
    WHERE balance.line_id = new.line_id
    """
)


def insert_records(rated: Sequence[tuple[Use, Outcome]], received_at: datetime) -> None:
    """Store records as they were rated. They are new: the caller looked, under the lines' locks."""
    if not rated:
        return
    uses = [use for use, _ in rated]
    db.session.execute(
        _RECORDS,
        {
            "identities": [use.identity for use in uses],
            "line_ids": [use.line_id for use in uses],
            "kinds": [use.kind.value for use in uses],
            "begins": [use.started_at for use in uses],
            "ends": [use.ended_at for use in uses],
            "quantities": [use.quantity for use in uses],
            "others": [use.other_party for use in uses],
            "abroad": [Jsonb(use.abroad.written()) if use.abroad else None for use in uses],
            **_outcomes(rated),
            "received_at": received_at,
        },
    )


def rewrite_records(rated: Sequence[tuple[Use, Outcome]]) -> None:
    """What stored records come to now that an earlier one has arrived."""
    if rated:
        identities = [use.identity for use, _ in rated]
        begins = [use.started_at for use, _ in rated]
        values = {"identities": identities, "begins": begins, **_outcomes(rated)}
        db.session.execute(_RERATED, values)


def _outcomes(rated: Sequence[tuple[Use, Outcome]]) -> dict[str, Any]:
    return {
        "amounts": [outcome.charged for _, outcome in rated],
        "buckets": [outcome.bucket_id for _, outcome in rated],
        "units": [outcome.units for _, outcome in rated],
        "because": [Jsonb(told) if (told := outcome.because()) else None for _, outcome in rated],
    }


def months_begun(befores: Mapping[UUID, datetime]) -> dict[UUID, datetime]:
    """When the last month with buckets began that had begun by a moment, by subscription."""
    if not befores:
        return {}
    values = {"ids": list(befores), "befores": list(befores.values())}
    return {row.id: row.starts_at for row in db.session.execute(_BEGUN, values)}


def insert_buckets(buckets: Sequence[NewBucket]) -> None:
    """A bucket that is there already stays as it is; one that follows another begins with what
    that leaves."""
    if not buckets:
        return
    made = db.session.execute(
        _BUCKETS,
        {
            "ids": [new_id() for _ in buckets],
            "line_ids": [each.line_id for each in buckets],
            "subscription_ids": [each.subscription_id for each in buckets],
            "kinds": [each.kind.value for each in buckets],
            "granted": [each.granted for each in buckets],
            "priorities": [each.priority for each in buckets],
            "begins": [each.starts_at for each in buckets],
            "ends": [each.expires_at for each in buckets],
            "names": [each.name for each in buckets],
            "since": [each.since for each in buckets],
            "until": [each.until for each in buckets],
            "least": [each.least_carried for each in buckets],
            "most": [each.most_carried for each in buckets],
            "overdraws": [each.overdraws for each in buckets],
            "throttles": [each.throttles for each in buckets],
            "watched": [each.watched for each in buckets],
            "networks": [_array(each.networks) for each in buckets],
        },
    )
    if following := [row.id for row in made if row.carries]:
        carry_on(list(db.session.scalars(_FOLLOWS, {"ids": following})))


def _array(networks: Sequence[str]) -> str | None:
    """As text: of arrays of arrays the database makes one."""
    return f"{{{','.join(networks)}}}" if networks else None


def carry_on(bucket_ids: Sequence[UUID]) -> None:
    """Tell the buckets that follow these what they begin with, and those that follow them."""
    while bucket_ids:
        bucket_ids = list(db.session.scalars(_CARRIED, {"ids": list(bucket_ids)}))


def write_used(used: Mapping[UUID, int]) -> None:
    """The new `used` of buckets, by id."""
    if used:
        db.session.execute(_USED, {"ids": list(used), "used": list(used.values())})
        carry_on(list(used))


def write_credit(amounts: Mapping[UUID, Decimal]) -> None:
    """The new balances, by line. The caller holds their locks."""
    values = {"line_ids": list(amounts), "amounts": list(amounts.values())}
    db.session.execute(_CREDIT, values)


def add_to_day(line_id: UUID, day: date, kind: UsageKind, quantity: int) -> None:
    """Add to the sum of one day of the market."""
    values = {"line_id": line_id, "day": day, "kind": kind.value, "quantity": quantity}
    db.session.execute(_DAY, values)
