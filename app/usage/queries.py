"""Reading usage: what is left, what was used a day, what was charged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_

from app.catalog.models import Allowance, Mode, OfferKind, OfferVersion, UsageKind
from app.core import clock, db
from app.core.errors import Invalid, NotFound
from app.markets.models import Market
from app.subscriptions.models import (
    ChangeStatus,
    Line,
    LineStatus,
    ScheduledChange,
    Subscription,
)
from app.usage.models import Balance, Bucket, DailyUsage, UsageRecord
from app.usage.prices import prices_of

# Renewed this soon after its end, a prepaid period joins the one before without a gap.
SEAMLESS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DaySum:
    """Bytes, seconds and messages of one day of the market's time zone."""

    day: date
    data: int
    voice: int
    sms: int


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records, and what to ask for more with; None at the end."""

    items: Sequence[UsageRecord]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class Quota:
    """Units of one kind in this period: `size` and `left` are None when it is unlimited.

    `ends_at` is when the first of its buckets ends.
    """

    kind: UsageKind
    size: int | None
    used: int
    left: int | None
    ends_at: datetime


def buckets_of(line_ids: Sequence[UUID]) -> dict[UUID, list[Bucket]]:
    """The buckets valid now of each line, soonest to expire first, those for abroad after those
    for home, in one statement."""
    found: dict[UUID, list[Bucket]] = {line_id: [] for line_id in line_ids}
    if not line_ids:
        return found
    moment = clock.now()
    query = (
        select(Bucket)
        .where(Bucket.line_id.in_(line_ids), Bucket.starts_at <= moment, Bucket.expires_at > moment)
        .order_by(
            Bucket.kind,
            Bucket.networks.is_not(None),
            Bucket.expires_at,
            Bucket.priority,
            Bucket.starts_at,
        )
        .execution_options(populate_existing=True)
    )
    for bucket in db.session.scalars(query):
        found[bucket.line_id].append(bucket)
    return found


def balances_of(line_ids: Sequence[UUID]) -> dict[UUID, Balance]:
    """Balances by line, in one statement; postpaid lines have none."""
    query = select(Balance).where(Balance.line_id.in_(line_ids))
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {balance.line_id: balance for balance in rows}


def balance_of(line_id: UUID) -> Balance | None:
    return balances_of([line_id]).get(line_id)


def daily(line_id: UUID, days: int = 30) -> list[DaySum]:
    """One row for each of the last days, oldest first, also for days without usage."""
    timezone = db.session.scalars(
        select(Market.timezone)
        .join(Line, Line.market_code == Market.code)
        .where(Line.id == line_id)
    ).one_or_none()
    if timezone is None:
        return []
    last = clock.today(timezone)
    first = last - timedelta(days=days - 1)
    query = select(DailyUsage.day, DailyUsage.kind, DailyUsage.quantity).where(
        DailyUsage.line_id == line_id, DailyUsage.day.between(first, last)
    )
    sums = {(day, kind): quantity for day, kind, quantity in db.session.execute(query)}
    return [
        DaySum(day, *(sums.get((day, kind), 0) for kind in UsageKind))
        for day in (first + timedelta(days=n) for n in range(days))
    ]


def records_of(
    line_id: UUID,
    *,
    kind: UsageKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    size: int = 50,
) -> RecordPage:
    """A line's records in [since, until), the last to happen first.

    Raises Invalid when `after` is not what a page before said.
    """
    query = select(UsageRecord).where(UsageRecord.line_id == line_id)
    if kind is not None:
        query = query.where(UsageRecord.kind == kind)
    if since is not None:
        query = query.where(UsageRecord.started_at >= since)
    if until is not None:
        query = query.where(UsageRecord.started_at < until)
    place = (UsageRecord.started_at, UsageRecord.identity)
    if after:
        # The first condition says again what the second does, so that later months are left out.
        moment, identity = _place(after)
        query = query.where(UsageRecord.started_at <= moment, tuple_(*place) < (moment, identity))
    query = query.order_by(*(each.desc() for each in place)).limit(size + 1)
    rows = db.session.scalars(query).all()
    items, last = rows[:size], rows[size - 1] if len(rows) > size else None
    return RecordPage(items, f"{last.started_at.isoformat()}~{last.identity}" if last else None)


def charged_abroad(
    line_ids: Sequence[UUID], since: datetime, until: datetime
) -> dict[tuple[UUID, str], Decimal]:
    """What usage abroad in [since, until) cost, by line and kind; unrounded."""
    query = (
        select(UsageRecord.line_id, UsageRecord.kind, func.sum(UsageRecord.charged))
        .where(
            UsageRecord.line_id.in_(line_ids),
            UsageRecord.started_at >= since,
            UsageRecord.started_at < until,
            UsageRecord.charged > 0,
            func.jsonb_typeof(UsageRecord.abroad) == "object",
        )
        .group_by(UsageRecord.line_id, UsageRecord.kind)
    )
    return {(row[0], row[1].value): row[2] for row in db.session.execute(query)}


def record_of(line_id: UUID, identity: UUID) -> UsageRecord:
    query = select(UsageRecord).where(UsageRecord.identity == identity)
    found = db.session.scalars(query.where(UsageRecord.line_id == line_id)).first()
    if found is None:
        raise NotFound
    return found


def buckets_named(bucket_ids: Iterable[UUID]) -> dict[UUID, Bucket]:
    """Buckets by id, also those that are over."""
    rows = db.session.scalars(select(Bucket).where(Bucket.id.in_(list(bucket_ids))))
    return {bucket.id: bucket for bucket in rows}


def quota_of(line_id: UUID) -> list[Quota]:
    """What the line has at home of each kind now, all its buckets together, in one order."""
    buckets = [each for each in buckets_of([line_id])[line_id] if not each.networks]
    return [
        _quota(kind, [each for each in buckets if each.kind is kind])
        for kind in UsageKind
        if any(each.kind is kind for each in buckets)
    ]


def _quota(kind: UsageKind, buckets: Sequence[Bucket]) -> Quota:
    limited = [(each.size or 0, each.left or 0) for each in buckets if each.granted is not None]
    unlimited = len(limited) < len(buckets)
    return Quota(
        kind=kind,
        size=None if unlimited else sum(size for size, _ in limited),
        used=sum(each.used for each in buckets),
        left=None if unlimited else sum(left for _, left in limited),
        ends_at=min(each.expires_at for each in buckets),
    )


def _place(after: str) -> tuple[datetime, UUID]:
    moment, _, identity = after.partition("~")
    try:
        place = datetime.fromisoformat(moment), UUID(identity)
    except ValueError:
        raise Invalid(field="after") from None
    if place[0].tzinfo is None:
        raise Invalid(field="after")
    return place


def due_for_renewal(at: datetime, limit: int = 1000, *, line_id: UUID | None = None) -> list[UUID]:
    """Active lines whose next period can begin: prepaid ones that can pay for it, and postpaid
    ones whose allowances have run out with their month. Only `line_id`, if given.

    A plan that is to change now is not paid for once more. A line whose balance covers no more
    than the price after discounts is found for a day; then when it is asked for.
    """
    unpaid = exists().where(Balance.line_id == Line.id, Balance.paid_until <= at)
    includes = exists().where(Allowance.offer_version_id == OfferVersion.id)
    granted = exists().where(
        Bucket.line_id == Line.id,
        Bucket.subscription_id == Subscription.id,  # an add-on may last longer than the month
        Bucket.expires_at > at,
    )
    query = (
        select(Line.id)
        .join(Subscription, Subscription.line_id == Line.id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .where(
            _renews(at),
            or_(
                and_(Line.mode == Mode.PREPAID, unpaid.where(Balance.amount >= OfferVersion.price)),
                and_(Line.mode == Mode.POSTPAID, includes, ~granted),
            ),
        )
    )
    if line_id is not None:
        query = query.where(Line.id == line_id)
    found = db.session.scalars(query.order_by(Line.id).limit(limit)).all()
    return [*found, *_covered_after_discounts(at, limit, line_id)]


def waiting_lines(account_id: UUID) -> list[UUID]:
    """Prepaid lines in use whose plan is over until they can pay for it."""
    query = (
        select(Line.id)
        .join(Balance, Balance.line_id == Line.id)
        .where(
            Line.account_id == account_id,
            Line.status == LineStatus.ACTIVE,
            Balance.paid_until <= clock.now(),
        )
    )
    return list(db.session.scalars(query.order_by(Line.id)))


def _covered_after_discounts(at: datetime, limit: int, line_id: UUID | None) -> list[UUID]:
    """Of prepaid lines that cannot pay the full price: the latest to end first."""
    query = (
        select(Line, OfferVersion, Balance.amount)
        .join(Subscription, Subscription.line_id == Line.id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .join(Balance, Balance.line_id == Line.id)
        .where(
            _renews(at),
            Line.mode == Mode.PREPAID,
            Balance.paid_until <= at,
            Balance.amount < OfferVersion.price,
        )
        .order_by(Balance.paid_until.desc(), Line.id)
        .limit(limit)
    )
    if line_id is not None:
        query = query.where(Line.id == line_id)
    else:
        query = query.where(Balance.paid_until > at - SEAMLESS)
    rows = db.session.execute(query).all()
    prices = prices_of([(line, version) for line, version, _amount in rows], at)
    return [line.id for line, _plan, amount in rows if prices[line.id].due.amount <= amount]


def _renews(at: datetime) -> ColumnElement[bool]:
    """Whether a line goes on with this subscription as its plan."""
    changes = exists().where(
        ScheduledChange.line_id == Line.id,
        ScheduledChange.status == ChangeStatus.PENDING,
        ScheduledChange.due_at <= at,
    )
    return and_(
        Line.status == LineStatus.ACTIVE,
        Subscription.kind == OfferKind.PLAN,
        Subscription.ends_at.is_(None),
        ~changes,
    )
