"""Reading usage: what is left, what was used a day, what was charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from app.catalog.models import Allowance, Mode, OfferKind, OfferVersion, UsageKind
from app.core import clock, db
from app.core.pages import Page, newest_first
from app.markets.models import Market
from app.subscriptions.models import (
    ChangeStatus,
    Line,
    LineStatus,
    ScheduledChange,
    Subscription,
)
from app.usage.models import Balance, Bucket, DailyUsage, UsageRecord


@dataclass(frozen=True, slots=True)
class DaySum:
    """Bytes, seconds and messages of one day of the market's time zone."""

    day: date
    data: int
    voice: int
    sms: int


def buckets_of(line_ids: Sequence[UUID]) -> dict[UUID, list[Bucket]]:
    """The buckets valid now of each line, soonest to expire first, in one statement."""
    found: dict[UUID, list[Bucket]] = {line_id: [] for line_id in line_ids}
    if not line_ids:
        return found
    moment = clock.now()
    query = (
        select(Bucket)
        .where(Bucket.line_id.in_(line_ids), Bucket.starts_at <= moment, Bucket.expires_at > moment)
        .order_by(Bucket.kind, Bucket.expires_at, Bucket.priority, Bucket.starts_at)
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


def records_of(line_id: UUID, *, after: str | None = None, size: int = 50) -> Page[UsageRecord]:
    """A line's records, latest received first. Raises Invalid when `after` is no id."""
    query = select(UsageRecord).where(UsageRecord.line_id == line_id)
    return newest_first(query, UsageRecord.id, after=after, size=size)


def due_for_renewal(at: datetime, limit: int = 1000, *, line_id: UUID | None = None) -> list[UUID]:
    """Active lines whose next period can begin: prepaid ones that can pay for it, and postpaid
    ones whose allowances have run out with their month. Only `line_id`, if given.

    A plan that is to change now is not paid for once more.
    """
    changes = exists().where(
        ScheduledChange.line_id == Line.id,
        ScheduledChange.status == ChangeStatus.PENDING,
        ScheduledChange.due_at <= at,
    )
    unpaid = exists().where(
        Balance.line_id == Line.id, Balance.paid_until <= at, Balance.amount >= OfferVersion.price
    )
    includes = exists().where(Allowance.offer_version_id == OfferVersion.id)
    granted = exists().where(Bucket.line_id == Line.id, Bucket.expires_at > at)
    query = (
        select(Line.id)
        .join(Subscription, Subscription.line_id == Line.id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .where(
            Line.status == LineStatus.ACTIVE,
            Subscription.kind == OfferKind.PLAN,
            Subscription.ends_at.is_(None),
            ~changes,
            or_(
                and_(Line.mode == Mode.PREPAID, unpaid),
                and_(Line.mode == Mode.POSTPAID, includes, ~granted),
            ),
        )
        .order_by(Line.id)
        .limit(limit)
    )
    if line_id is not None:
        query = query.where(Line.id == line_id)
    return list(db.session.scalars(query))
