"""Writing many rows of usage in one statement each, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app.catalog.models import UsageKind
from app.core import db
from app.core.ids import new_id
from app.usage.records import NewRecord

Day = tuple[UUID, date, UsageKind]


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


_RECORDS = text(
    """
    INSERT INTO usage_record
        (id, identity, line_id, kind, started_at, quantity, other_party, charged, received_at)
    SELECT new.*, 0, :received_at
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:identities AS text[]), CAST(:line_ids AS uuid[]),
        CAST(:kinds AS text[]), CAST(:moments AS timestamptz[]), CAST(:quantities AS bigint[]),
        CAST(:others AS text[])
    ) AS new
    ON CONFLICT (identity) DO NOTHING
    RETURNING identity
    """
)
_CHARGES = text(
    """
    UPDATE usage_record SET charged = new.amount
    FROM unnest(CAST(:identities AS text[]), CAST(:amounts AS numeric[])) AS new (identity, amount)
    WHERE usage_record.identity = new.identity
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
        (id, line_id, subscription_id, kind, granted, used, priority, starts_at, expires_at)
    SELECT id, line_id, subscription_id, kind, granted, 0, priority, starts_at, expires_at
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:line_ids AS uuid[]), CAST(:subscription_ids AS uuid[]),
        CAST(:kinds AS text[]), CAST(:granted AS bigint[]), CAST(:priorities AS int[]),
        CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[])
    ) AS new (id, line_id, subscription_id, kind, granted, priority, starts_at, expires_at)
    ON CONFLICT (subscription_id, kind, starts_at) DO NOTHING
    """
)
_CREDIT = text(
    """
    UPDATE balance SET amount = new.amount
    FROM unnest(CAST(:line_ids AS uuid[]), CAST(:amounts AS numeric[])) AS new (line_id, amount)
    WHERE balance.line_id = new.line_id
    """
)
_DAYS = text(
    """
    INSERT INTO daily_usage (line_id, day, kind, quantity)
    SELECT * FROM unnest(
        CAST(:line_ids AS uuid[]), CAST(:days AS date[]), CAST(:kinds AS text[]),
        CAST(:quantities AS bigint[])
    )
    ON CONFLICT (line_id, day, kind)
        DO UPDATE SET quantity = daily_usage.quantity + excluded.quantity
    """
)


def insert_records(records: Mapping[str, NewRecord], received_at: datetime) -> set[str]:
    """Store records by their identity; the identities that were new."""
    rows = records.values()
    found = db.session.scalars(
        _RECORDS,
        {
            "ids": [new_id() for _ in rows],
            "identities": list(records),
            "line_ids": [row.line_id for row in rows],
            "kinds": [row.kind.value for row in rows],
            "moments": [row.started_at for row in rows],
            "quantities": [row.quantity for row in rows],
            "others": [row.other_party for row in rows],
            "received_at": received_at,
        },
    )
    return set(found)


def insert_buckets(buckets: Sequence[NewBucket]) -> None:
    """A bucket that is there already stays as it is."""
    if not buckets:
        return
    db.session.execute(
        _BUCKETS,
        {
            "ids": [new_id() for _ in buckets],
            "line_ids": [each.line_id for each in buckets],
            "subscription_ids": [each.subscription_id for each in buckets],
            "kinds": [each.kind.value for each in buckets],
            "granted": [each.granted for each in buckets],
            "priorities": [each.priority for each in buckets],
            "starts": [each.starts_at for each in buckets],
            "ends": [each.expires_at for each in buckets],
        },
    )


def write_charges(charges: Mapping[str, Decimal]) -> None:
    """What records cost, by identity."""
    if charges:
        values = {"identities": list(charges), "amounts": list(charges.values())}
        db.session.execute(_CHARGES, values)


def write_used(used: Sequence[tuple[UUID, int]]) -> None:
    """The new `used` of buckets, by id."""
    if used:
        ids, quantities = zip(*used, strict=True)
        db.session.execute(_USED, {"ids": list(ids), "used": list(quantities)})


def write_credit(amounts: Mapping[UUID, Decimal]) -> None:
    """The new balances, by line. The caller holds their locks."""
    values = {"line_ids": list(amounts), "amounts": list(amounts.values())}
    db.session.execute(_CREDIT, values)


def add_to_days(sums: Mapping[Day, int]) -> None:
    """Add to the daily sums, in one order for everybody, so that nobody waits in a ring."""
    if not sums:
        return
    line_ids, days, kinds, quantities = zip(
        *((*day, quantity) for day, quantity in sorted(sums.items())), strict=True
    )
    db.session.execute(
        _DAYS,
        {
            "line_ids": list(line_ids),
            "days": list(days),
            "kinds": [kind.value for kind in kinds],
            "quantities": list(quantities),
        },
    )
