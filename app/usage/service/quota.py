"""What is said and done as allowances run out: thresholds, the end, slowing data down."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, text, update

from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.subscriptions import service as subscriptions
from app.subscriptions.access import line_for
from app.subscriptions.models import Block, BlockEffect, Line
from app.usage import sharing
from app.usage.events import AllowancesReached, AllowanceThresholdReached
from app.usage.models import Bucket

THRESHOLDS = (50, 80, 100)
# The reason of the block that is placed at the end of the data and lifted when there is more.
QUOTA = "quota"

_REACHED = text(
    """
    UPDATE bucket SET told = new.percent
    FROM (
        SELECT id, (SELECT max(percent) FROM unnest(CAST(:thresholds AS int[])) AS percent
            WHERE 100 * used >= percent * CAST(granted + carried AS numeric)) AS percent
        FROM bucket
        WHERE id = ANY(:ids) AND granted + carried > 0
            AND starts_at <= :at AND expires_at > :at
    ) AS new
    WHERE bucket.id = new.id AND new.percent > bucket.told
    RETURNING bucket.id, bucket.line_id, bucket.kind, bucket.told AS percent
    """
)
_AT_THE_END = text(
    """
    SELECT line_id FROM bucket
    WHERE line_id = ANY(:line_ids) AND kind = 'data' AND since IS NULL
        AND starts_at <= :at AND expires_at > :at
    GROUP BY line_id
    HAVING bool_or(throttles) AND bool_and(coalesce(used >= granted + carried, false))
    ORDER BY line_id
    """
)


def tell(bucket_ids: Collection[UUID]) -> None:
    """Announce the highest threshold that each running bucket has reached, once; slow down lines
    whose data has come to its end. In the transaction that draws from them."""
    if not bucket_ids:
        return
    now = clock.now()
    values = {"ids": list(bucket_ids), "thresholds": list(THRESHOLDS), "at": now}
    rows = db.session.execute(_REACHED, values).all()
    if not rows:
        return
    customers = _customers({row.line_id for row in rows})
    for row in rows:
        events.announce(
            AllowanceThresholdReached(
                row.line_id, customers[row.line_id], row.id, row.kind, row.percent, now
            )
        )
    reached = {row.id: row.percent for row in rows}
    events.announce(AllowancesReached(tuple(reached), tuple(reached.values())))
    ended = [row.line_id for row in rows if row.percent == 100 and row.kind == UsageKind.DATA]
    if ended:
        _slow_down_at_the_end(ended, now)


def slow_down_where_add_ons_ended(limit: int = 1000) -> int:
    """Lines whose data of an add-on is over, used or not, and whose plan has none left are slow
    again. Each end is looked at once; at how many lines."""
    now = clock.now()
    ended = select(Bucket.line_id).where(Bucket.watched, Bucket.expires_at <= now)
    found = set(db.session.scalars(ended.order_by(Bucket.expires_at).limit(limit)))
    for line_id in sorted(found):
        with db.transaction():
            line_for(SYSTEM, line_id, lock=True)
            looked_at = update(Bucket).where(
                Bucket.line_id == line_id, Bucket.watched, Bucket.expires_at <= now
            )
            db.session.execute(looked_at.values(watched=False))
            _slow_down_at_the_end([line_id], now)
    return len(found)


def lift_where_some_is_left(limit: int = 1000) -> int:
    """Lines that are slow although they have data again; how many. A month may have begun with a
    record, before its line was renewed."""
    now = clock.now()
    some = exists().where(
        Bucket.line_id == Block.line_id,
        *_counting(now),
        or_(Bucket.granted.is_(None), Bucket.granted + Bucket.carried > Bucket.used),
    )
    slowed = (
        select(Block.line_id)
        .where(Block.reason == QUOTA, Block.lifted_at.is_(None), some)
        .order_by(Block.line_id)
        .limit(limit)
    )
    found = db.session.scalars(slowed).all()
    for line_id in found:
        with db.transaction():
            line_for(SYSTEM, line_id, lock=True)
            lift_when_some_is_left(line_id, now)
    return len(found)


def lift_when_some_is_left(line_id: UUID, at: datetime) -> None:
    """At renewal, or when a data add-on is bought: the line is as fast as before. The caller holds
    its lock."""
    slowed = exists().where(
        Block.line_id == line_id, Block.reason == QUOTA, Block.lifted_at.is_(None)
    )
    if not db.session.scalar(select(slowed)):
        return
    if any(bucket.left != 0 for bucket in _data_of(line_id, at)):
        subscriptions.lift_block(line_id, QUOTA, by=SYSTEM)


def _slow_down_at_the_end(line_ids: Collection[UUID], at: datetime) -> None:
    """Of these, the ones that have no data left. Placed again, a block stays as it is."""
    for line_id in db.session.scalars(_AT_THE_END, {"line_ids": list(line_ids), "at": at}).all():
        if not _may_share(line_id):
            subscriptions.place_block(line_id, QUOTA, BlockEffect.THROTTLE, by=SYSTEM)


def _may_share(line_id: UUID) -> bool:
    """Whether somebody shares data with it, and some is left."""
    shares = (each for each in sharing.shares_of(line_id) if each.kind is UsageKind.DATA)
    return any(share.left != 0 for share in shares)


def _data_of(line_id: UUID, at: datetime) -> list[Bucket]:
    query = select(Bucket).where(Bucket.line_id == line_id, *_counting(at))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _counting(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Data at all hours."""
    return (
        Bucket.kind == UsageKind.DATA,
        Bucket.starts_at <= at,
        Bucket.expires_at > at,
        Bucket.since.is_(None),
    )


def _customers(line_ids: Collection[UUID]) -> dict[UUID, UUID]:
    query = select(Line.id, Line.customer_id).where(Line.id.in_(line_ids))
    return {row.id: row.customer_id for row in db.session.execute(query)}
