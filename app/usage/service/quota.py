"""What is said and done as allowances run out: thresholds, the end, slowing data down."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Select, TextClause, or_, select, text, update

from app.catalog.models import UsageKind
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.sweeps import one_by_one
from app.subscriptions import service as subscriptions
from app.subscriptions.access import line_for
from app.subscriptions.models import Block, BlockEffect, FamilyMember, Line, LineStatus
from app.usage.events import AllowancesReached, AllowanceThresholdReached, SharedDataChanged
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
# Data at home and at all hours that lines may draw from: their own, and what is shared with them.
_DATA = """
    SELECT line_id, throttles, coalesce(used >= granted + carried, false) AS ended
    FROM bucket
    WHERE line_id {lines} AND kind = 'data' AND since IS NULL AND networks IS NULL
        AND starts_at <= :at AND expires_at > :at
    UNION ALL
    SELECT member.line_id, bucket.throttles,
        coalesce(bucket.used >= bucket.granted + bucket.carried, false)
        OR coalesce(coalesce(share.taken, 0) >= member.cap, false)
    FROM family_member AS member
    JOIN bucket ON bucket.line_id = member.owner_line_id
    JOIN subscription ON subscription.id = bucket.subscription_id
    JOIN offer_version AS version ON version.id = subscription.offer_version_id
    LEFT JOIN bucket_share AS share
        ON share.bucket_id = bucket.id AND share.line_id = member.line_id
    WHERE member.line_id {lines} AND member.left_at IS NULL AND version.shared_with > 0
        AND bucket.kind = 'data' AND bucket.since IS NULL AND bucket.networks IS NULL
        AND bucket.starts_at <= :at AND bucket.expires_at > :at
"""
_SLOWED = "SELECT line_id FROM block WHERE reason = 'quota' AND lifted_at IS NULL"
_ENDED = "bool_or(throttles) AND bool_and(ended)"
_THESE = "= ANY(:line_ids)"
_WHO_SHARE = """IN (
    SELECT member.line_id FROM family_member AS member
    JOIN bucket ON bucket.line_id = member.owner_line_id
    WHERE bucket.id = ANY(:ids) AND bucket.kind = 'data' AND member.left_at IS NULL
)"""


def _lines(whose_data: str, among: str, *, limit: str = "ALL") -> TextClause:
    # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - our own words
    return text(
        f"SELECT line_id FROM ({_DATA.format(lines=among)}) AS data"  # noqa: S608 - our own words
        f" GROUP BY line_id HAVING {whose_data} ORDER BY line_id LIMIT {limit}"
    )


_AT_THE_END = _lines(_ENDED, _THESE)
_NEW_AT_THE_END = _lines(
    f"{_ENDED} AND NOT EXISTS ({_SLOWED} AND block.line_id = data.line_id)", _WHO_SHARE
)
_SOME_LEFT = _lines("NOT bool_and(ended)", _THESE)
_SLOW_WITH_SOME_LEFT = _lines("NOT bool_and(ended)", f"IN ({_SLOWED})", limit=":limit")


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
    return one_by_one(partial(_look_at_the_end, now=now), sorted(found))


def lift_where_some_is_left(limit: int = 1000) -> int:
    """Lines that are slow although they have data again; how many. A month may have begun with a
    record, before its line was renewed."""
    now = clock.now()
    found = db.session.scalars(_SLOW_WITH_SOME_LEFT, {"at": now, "limit": limit}).all()
    return one_by_one(partial(_lift, now=now), found)


def lift_when_some_is_left(line_id: UUID, at: datetime) -> None:
    """At renewal, or when a data add-on is bought: the line is as fast as before, and so are,
    soon after, those who share its data. The caller holds its lock."""
    slowed = _slow_in_family_of(line_id)
    if line_id in slowed and _ids(_SOME_LEFT, [line_id], at):
        subscriptions.lift_block(line_id, QUOTA, by=SYSTEM)
    if members := slowed - {line_id}:
        events.announce(SharedDataChanged(tuple(sorted(members))))


def slow_down_families(bucket_ids: Collection[UUID]) -> None:
    """Have those looked at, soon after, who share these buckets and have no data left now: their
    locks are not the caller's. A bucket has come to its end for her, too, who reached her cap."""
    if not bucket_ids:
        return
    values = {"ids": list(bucket_ids), "at": clock.now()}
    if ended := db.session.scalars(_NEW_AT_THE_END, values).all():
        events.announce(SharedDataChanged(tuple(ended)))


def look_at(line_ids: Collection[UUID]) -> None:
    """What is shared with these lines has changed: each is slow if its data has come to its end,
    and else not. In the order in which families are locked."""
    for line_id in sorted(line_ids):
        with db.transaction():
            line = line_for(SYSTEM, line_id, lock=True)
            if line.status is LineStatus.CLOSED:
                continue
            if _ids(_AT_THE_END, [line_id], clock.now()):
                subscriptions.place_block(line_id, QUOTA, BlockEffect.THROTTLE, by=SYSTEM)
            else:
                subscriptions.lift_block(line_id, QUOTA, by=SYSTEM)


def _look_at_the_end(line_id: UUID, now: datetime) -> bool:
    with db.transaction():
        line_for(SYSTEM, line_id, lock=True)
        looked_at = update(Bucket).where(
            Bucket.line_id == line_id, Bucket.watched, Bucket.expires_at <= now
        )
        db.session.execute(looked_at.values(watched=False))
        _slow_down_at_the_end([line_id], now)
        if members := db.session.scalars(_members_of(line_id)).all():
            events.announce(SharedDataChanged(tuple(members)))
    return True


def _lift(line_id: UUID, now: datetime) -> bool:
    with db.transaction():
        line_for(SYSTEM, line_id, lock=True)
        lift_when_some_is_left(line_id, now)
    return True


def _slow_down_at_the_end(line_ids: Collection[UUID], at: datetime) -> None:
    """Of these, the ones that have no data left. Placed again, a block stays as it is."""
    for line_id in _ids(_AT_THE_END, line_ids, at):
        subscriptions.place_block(line_id, QUOTA, BlockEffect.THROTTLE, by=SYSTEM)


def _ids(which: TextClause, line_ids: Collection[UUID], at: datetime) -> Sequence[UUID]:
    return db.session.scalars(which, {"line_ids": list(line_ids), "at": at}).all()


def _slow_in_family_of(line_id: UUID) -> set[UUID]:
    """Of the line and those who share its data."""
    slowed = select(Block.line_id).where(
        or_(Block.line_id == line_id, Block.line_id.in_(_members_of(line_id))),
        Block.reason == QUOTA,
        Block.lifted_at.is_(None),
    )
    return set(db.session.scalars(slowed))


def _members_of(line_id: UUID) -> Select[UUID]:
    return (
        select(FamilyMember.line_id)
        .where(FamilyMember.owner_line_id == line_id, FamilyMember.left_at.is_(None))
        .order_by(FamilyMember.line_id)
    )


def _customers(line_ids: Collection[UUID]) -> dict[UUID, UUID]:
    query = select(Line.id, Line.customer_id).where(Line.id.in_(line_ids))
    return {row.id: row.customer_id for row in db.session.execute(query)}
