"""Drawing from a plan that another line of the account shares: its buckets, up to one's cap."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import OfferVersion, UsageKind
from app.core import clock, db
from app.subscriptions.models import FamilyMember, Subscription
from app.usage.buckets import OpenBucket
from app.usage.models import Bucket, BucketShare

# Behind the line's own plan (1) and add-ons (0), where the market's order leaves it open.
_PRIORITY = 2


@dataclass(slots=True)
class Share:
    """A member's view of a shared bucket: drawn from like a bucket of her own, within the cap.

    All members in one rating hold the same `bucket`, so that together they never take more.
    """

    bucket: OpenBucket
    line_id: UUID
    cap: int | None
    taken: int
    priority: int = _PRIORITY

    @property
    def id(self) -> UUID:
        return self.bucket.id

    @property
    def kind(self) -> UsageKind:
        return self.bucket.kind

    @property
    def starts_at(self) -> datetime:
        return self.bucket.starts_at

    @property
    def expires_at(self) -> datetime:
        return self.bucket.expires_at

    @property
    def used(self) -> int:
        return self.bucket.used

    @property
    def left(self) -> int | None:
        mine = None if self.cap is None else max(0, self.cap - self.taken)
        theirs = self.bucket.left
        known = [each for each in (mine, theirs) if each is not None]
        return min(known, default=None)

    def covers(self, moment: datetime) -> bool:
        return self.bucket.covers(moment)

    def take(self, quantity: int) -> int:
        given = quantity if self.left is None else min(quantity, self.left)
        self.bucket.take(given)
        self.taken += given
        return given


Drawable = OpenBucket | Share


def owners_of(line_ids: Iterable[UUID]) -> set[UUID]:
    """The lines whose plans these share: whoever rates must lock them as well."""
    query = select(FamilyMember.owner_line_id).where(
        FamilyMember.line_id.in_(list(line_ids)), FamilyMember.left_at.is_(None)
    )
    return set(db.session.scalars(query))


def with_family(
    own: Mapping[UUID, Sequence[OpenBucket]],
    line_ids: Iterable[UUID],
    whole: tuple[datetime, datetime],
    *,
    locked: Container[UUID] | None = None,
) -> dict[UUID, list[Drawable]]:
    """Every line's own buckets and, behind them, those that somebody shares with it.

    Three statements at most, and one where nobody shares. Whoever joined after the lines were
    `locked` shares from the next time on: her owner's buckets are not ours to draw from yet.
    """
    found: dict[UUID, list[Drawable]] = defaultdict(list)
    known: dict[UUID, OpenBucket] = {}
    for line_id, buckets in own.items():
        found[line_id].extend(buckets)
        known.update((bucket.id, bucket) for bucket in buckets)
    members = [
        each for each in _members(line_ids) if locked is None or each.owner_line_id in locked
    ]
    if not members:
        return found
    shared = _shared({each.owner_line_id for each in members}, whole, known)
    taken = _taken([bucket.id for buckets in shared.values() for bucket in buckets])
    for member in members:
        for bucket in shared[member.owner_line_id]:
            cap = member.cap if bucket.kind is UsageKind.DATA else None
            before = taken.get((bucket.id, member.line_id), 0)
            found[member.line_id].append(Share(bucket, member.line_id, cap, before))
    return found


def shares_of(line_id: UUID) -> list[Share]:
    """What a member may take now of the buckets that are shared with it."""
    now = clock.now()
    drawable = with_family({}, [line_id], (now, now))[line_id]
    return [each for each in drawable if isinstance(each, Share) and each.covers(now)]


def write_taken(drawn: Iterable[Drawable]) -> None:
    """What each member has taken of shared buckets so far, under the owners' locks."""
    rows = [
        {"bucket_id": each.id, "line_id": each.line_id, "taken": each.taken}
        for each in drawn
        if isinstance(each, Share) and each.taken
    ]
    if rows:
        new = insert(BucketShare)
        statement = new.on_conflict_do_update(
            index_elements=[BucketShare.bucket_id, BucketShare.line_id],
            set_={"taken": new.excluded.taken},
        )
        db.session.execute(statement, rows)


def _members(line_ids: Iterable[UUID]) -> list[FamilyMember]:
    query = select(FamilyMember).where(
        FamilyMember.line_id.in_(list(line_ids)), FamilyMember.left_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(FamilyMember.line_id)))


def _shared(
    owners: set[UUID], whole: tuple[datetime, datetime], known: Mapping[UUID, OpenBucket]
) -> dict[UUID, list[OpenBucket]]:
    """Buckets of the owners' shareable plans; those that are being rated already as they are."""
    query = (
        select(
            Bucket.line_id,
            Bucket.id,
            Bucket.kind,
            Bucket.granted,
            Bucket.used,
            Bucket.priority,
            Bucket.starts_at,
            Bucket.expires_at,
        )
        .join(Subscription, Subscription.id == Bucket.subscription_id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .where(
            Bucket.line_id.in_(owners),
            Bucket.starts_at <= whole[1],
            Bucket.expires_at > whole[0],
            OfferVersion.shared_with > 0,
        )
    )
    found: dict[UUID, list[OpenBucket]] = defaultdict(list)
    rows: Iterable[Any] = db.session.execute(query)
    for line_id, *bucket in rows:
        found[line_id].append(known.get(bucket[0]) or OpenBucket(*bucket))
    return found


def _taken(bucket_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], int]:
    query = select(BucketShare.bucket_id, BucketShare.line_id, BucketShare.taken)
    rows = db.session.execute(query.where(BucketShare.bucket_id.in_(bucket_ids)))
    return {(row.bucket_id, row.line_id): row.taken for row in rows}
