"""Setting up the meters of many lines for a span of time, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.catalog.models import Mode, OfferKind, UsageKind
from app.core import clock, db
from app.core.money import Rounding
from app.customers.models import Account
from app.markets.models import Market
from app.markets.queries import settings_at
from app.subscriptions.models import Line, Subscription
from app.usage import grants, sharing
from app.usage.buckets import DEFAULT_ORDER, OpenBucket, in_order
from app.usage.metering import Meter, PlanTerm
from app.usage.models import Balance, Bucket
from app.usage.sharing import Drawable

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What rating must know of a line; `timezone` cuts its days and months."""

    id: UUID
    customer_id: UUID
    market_code: str
    mode: Mode
    activated_at: datetime | None
    closed_at: datetime | None
    billing_day: int
    currency: str
    timezone: str
    rounding: Rounding
    bucket_order: Sequence[str]

    def in_service_at(self, moment: datetime) -> bool:
        begun = self.activated_at is not None and self.activated_at <= moment
        return begun and (self.closed_at is None or moment < self.closed_at)


def lock_lines(line_ids: Iterable[UUID]) -> dict[UUID, LineFacts]:
    """Facts by line. Until the commit nobody else rates, renews or changes these lines.

    Lines whose plans these share are locked with them, in the same order.
    """
    line_ids = set(line_ids)
    query = (
        select(
            Line.id,
            Line.customer_id,
            Line.market_code,
            Line.mode,
            Line.activated_at,
            Line.closed_at,
            Account.billing_day,
            Account.currency,
            Market.timezone,
        )
        .join(Line.account)
        .join(Account.market)
        .where(Line.id.in_(line_ids | sharing.owners_of(line_ids)))
        .order_by(Line.id)
        .with_for_update(of=Line, key_share=True)
    )
    return {row.id: _facts(row) for row in db.session.execute(query)}


def meters_for(lines: Mapping[UUID, LineFacts], spans: Mapping[UUID, Span]) -> dict[UUID, Meter]:
    """One meter for each line of `spans`, ready for records between the two moments.

    Postpaid months that have not begun yet are begun: usage may arrive before the nightly task.
    """
    whole = min(since for since, _ in spans.values()), max(until for _, until in spans.values())
    owners = dict.fromkeys(sharing.owners_of(spans) & lines.keys(), whole)
    terms = _terms({**owners, **spans}, whole)
    grants.write(
        grant
        for line_id, (since, until) in {**owners, **spans}.items()
        if (line := lines[line_id]).mode is Mode.POSTPAID
        for term in terms[line_id]
        for grant in grants.monthly_grants(term, since, until, line.billing_day, line.timezone)
    )
    credit = _credit(spans)
    buckets = sharing.with_family(_buckets(spans, whole), spans, whole, locked=lines)
    return {
        line_id: Meter(
            currency=lines[line_id].currency,
            rounding=lines[line_id].rounding,
            plans=[
                PlanTerm(term.starts_at, term.ends_at, term.version.rates)
                for term in terms[line_id]
                if term.kind is OfferKind.PLAN
            ],
            ordered=_ordered(buckets[line_id], lines[line_id].bucket_order),
            credit=credit.get(line_id, Decimal(0)) if _prepaid(lines[line_id]) else None,
        )
        for line_id in spans
    }


def _ordered(buckets: Sequence[Drawable], order: Sequence[str]) -> dict[UsageKind, list[Drawable]]:
    return {
        kind: in_order((bucket for bucket in buckets if bucket.kind is kind), order)
        for kind in UsageKind
    }


def _facts(row: Any) -> LineFacts:
    policies = settings_at(row.market_code, clock.now())
    return LineFacts(
        id=row.id,
        customer_id=row.customer_id,
        market_code=row.market_code,
        mode=row.mode,
        activated_at=row.activated_at,
        closed_at=row.closed_at,
        billing_day=row.billing_day,
        currency=row.currency,
        timezone=row.timezone,
        rounding=Rounding(policies.get("money_rounding", Rounding.HALF_UP)),
        bucket_order=policies.get("bucket_order", DEFAULT_ORDER),
    )


def _prepaid(line: LineFacts) -> bool:
    return line.mode is Mode.PREPAID


def _terms(line_ids: Iterable[UUID], whole: Span) -> dict[UUID, list[Subscription]]:
    query = (
        select(Subscription)
        .where(
            Subscription.line_id.in_(list(line_ids)),
            Subscription.starts_at <= whole[1],
            or_(Subscription.ends_at.is_(None), Subscription.ends_at > whole[0]),
        )
        .order_by(Subscription.starts_at)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Subscription]] = defaultdict(list)
    for subscription in db.session.scalars(query):
        found[subscription.line_id].append(subscription)
    return found


def _buckets(line_ids: Iterable[UUID], whole: Span) -> dict[UUID, list[OpenBucket]]:
    query = select(
        Bucket.line_id,
        Bucket.id,
        Bucket.kind,
        Bucket.granted,
        Bucket.used,
        Bucket.priority,
        Bucket.starts_at,
        Bucket.expires_at,
    ).where(
        Bucket.line_id.in_(list(line_ids)),
        Bucket.starts_at <= whole[1],
        Bucket.expires_at > whole[0],
    )
    found: dict[UUID, list[OpenBucket]] = defaultdict(list)
    rows: Iterable[Any] = db.session.execute(query)
    for line_id, *bucket in rows:
        found[line_id].append(OpenBucket(*bucket))
    return found


def _credit(line_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    query = (
        select(Balance.line_id, Balance.amount)
        .where(Balance.line_id.in_(list(line_ids)))
        .order_by(Balance.line_id)
        .with_for_update()
    )
    return {row.line_id: row.amount for row in db.session.execute(query)}
