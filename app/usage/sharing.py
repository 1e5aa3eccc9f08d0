"""Drawing from a plan that another line of the account shares: its buckets, up to one's cap.

Who shares is who did so when the use began, and her records are rated in one order with those of
her whole family: who comes first is served first, whatever arrives first. Her cap is that of today.
Prepaid lines are the exception: they pay as records come, and what they took stays taken.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import OfferVersion, UsageKind
from app.core import clock, db
from app.subscriptions.models import FamilyMember, Subscription
from app.usage.buckets import Drawable, OpenBucket
from app.usage.models import Bucket, BucketShare
from app.usage.opening import open_buckets

# Behind the line's own plan (1) and add-ons (0), where the market's order leaves it open.
_PRIORITY = 2


@dataclass(slots=True)
class Share:
    """A member's view of a shared bucket: drawn from like a bucket of her own, within the cap.

    All members in one rating hold the same `bucket`, so that together they never take more.
    `spans` are the times of membership, half-open. A member never puts the owner in debt.
    """

    bucket: OpenBucket
    line_id: UUID
    cap: int | None
    taken: int
    spans: Sequence[tuple[datetime, datetime | None]]
    priority: int = _PRIORITY
    stored: int = field(init=False)

    def __post_init__(self) -> None:
        self.stored = self.taken

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
    def networks(self) -> tuple[str, ...]:
        return self.bucket.networks

    @property
    def left(self) -> int | None:
        mine = None if self.cap is None else max(0, self.cap - self.taken)
        theirs = self.bucket.left
        known = [each for each in (mine, theirs) if each is not None]
        return min(known, default=None)

    def covers(self, moment: datetime) -> bool:
        member = any(
            since <= moment and (until is None or moment < until) for since, until in self.spans
        )
        return member and self.bucket.covers(moment)

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        yield from self.bucket.edges(since, until)
        for span in self.spans:
            yield from (edge for edge in span if edge is not None)

    def take(self, quantity: int) -> int:
        given = quantity if self.left is None else min(quantity, self.left)
        self.bucket.take(given)
        self.taken += given
        return given

    def give_back(self, quantity: int) -> None:
        self.bucket.give_back(quantity)
        self.taken = max(0, self.taken - quantity)


def owners_of(line_ids: Iterable[UUID]) -> set[UUID]:
    """The lines whose plans these share or shared."""
    return {each.owner_line_id for each in _members(line_ids)}


def relatives(line_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """By line, all whose use may have left less to it: members and owners, also former ones, and
    theirs."""
    line_ids = list(line_ids)
    if not line_ids:
        return {}
    tie = union_all(
        select(FamilyMember.line_id.label("one"), FamilyMember.owner_line_id.label("other")),
        select(FamilyMember.owner_line_id, FamilyMember.line_id),
    ).subquery()
    family = (
        select(tie.c.one.label("line_id"), tie.c.other)
        .where(tie.c.one.in_(line_ids))
        .cte(recursive=True)
    )
    family = family.union(
        select(family.c.line_id, tie.c.other).join(tie, tie.c.one == family.c.other)
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for line_id, other in db.session.execute(select(family.c.line_id, family.c.other)):
        found[line_id].add(other)
    return found


def with_family(
    line_ids: Iterable[UUID],
    whole: tuple[datetime, datetime],
    *,
    locked: Container[UUID] | None = None,
) -> dict[UUID, list[Drawable]]:
    """Every line's own buckets and, behind them, those that somebody shares with it.

    Four statements at most, and two where nobody shares. Whoever joined after the lines were
    `locked` shares from the next time on: her owner's buckets are not ours to draw from yet.
    """
    line_ids = list(line_ids)
    members = [
        each for each in _members(line_ids) if locked is None or each.owner_line_id in locked
    ]
    opened = open_buckets({*line_ids, *(each.owner_line_id for each in members)}, whole)
    found: dict[UUID, list[Drawable]] = defaultdict(list)
    for line_id in line_ids:
        found[line_id].extend(opened[line_id])
    if members:
        for share in _shares(members, opened):
            found[share.line_id].append(share)
    return found


def shares_of(line_id: UUID) -> list[Share]:
    """What a member may take now of the buckets that are shared with it."""
    now = clock.now()
    drawable = with_family([line_id], (now, now))[line_id]
    return [each for each in drawable if isinstance(each, Share) and each.covers(now)]


def write_taken(drawn: Iterable[Drawable]) -> None:
    """What each member has taken of shared buckets so far, under the owners' locks."""
    rows = [
        {"bucket_id": each.id, "line_id": each.line_id, "taken": each.taken}
        for each in drawn
        if isinstance(each, Share) and each.taken != each.stored
    ]
    if rows:
        new = insert(BucketShare)
        statement = new.on_conflict_do_update(
            index_elements=[BucketShare.bucket_id, BucketShare.line_id],
            set_={"taken": new.excluded.taken},
        )
        db.session.execute(statement, rows)


def _members(line_ids: Iterable[UUID]) -> list[FamilyMember]:
    query = select(FamilyMember).where(FamilyMember.line_id.in_(list(line_ids)))
    return list(db.session.scalars(query.order_by(FamilyMember.line_id, FamilyMember.joined_at)))


def _shares(
    members: Sequence[FamilyMember], opened: dict[UUID, list[OpenBucket]]
) -> Iterator[Share]:
    """One for each bucket and member, however often she came and went."""
    memberships: dict[tuple[UUID, UUID], list[FamilyMember]] = defaultdict(list)
    for each in members:
        memberships[each.line_id, each.owner_line_id].append(each)
    of_owners = [bucket.id for _, owner_id in memberships for bucket in opened[owner_id]]
    shareable, taken = _shareable(of_owners), _taken(of_owners)
    for (line_id, owner_id), times in memberships.items():
        spans = [(each.joined_at, each.left_at) for each in times]
        for bucket in opened[owner_id]:
            if bucket.id in shareable:
                cap = times[-1].cap if bucket.kind is UsageKind.DATA else None
                yield Share(bucket, line_id, cap, taken.get((bucket.id, line_id), 0), spans)


def _shareable(bucket_ids: Sequence[UUID]) -> set[UUID]:
    """Those of plans that may be shared, for use at home."""
    query = (
        select(Bucket.id)
        .join(Subscription, Subscription.id == Bucket.subscription_id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .where(Bucket.id.in_(bucket_ids), Bucket.networks.is_(None), OfferVersion.shared_with > 0)
    )
    return set(db.session.scalars(query))


def _taken(bucket_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], int]:
    query = select(BucketShare.bucket_id, BucketShare.line_id, BucketShare.taken)
    rows = db.session.execute(query.where(BucketShare.bucket_id.in_(bucket_ids)))
    return {(row.bucket_id, row.line_id): row.taken for row in rows}
