"""Setting up the meters of many lines for a span of time, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from app.catalog.models import Mode, OfferKind, OfferVersion, UsageKind
from app.core import db
from app.core.money import Rounding
from app.customers.models import Account
from app.markets.calendars import holidays_of
from app.markets.models import Market
from app.subscriptions.models import Line, Subscription
from app.usage import grants
from app.usage.buckets import DEFAULT_ORDER, Hours, OpenBucket, in_order
from app.usage.metering import Meter, PlanTerm
from app.usage.models import Balance, Bucket, ClosedUsage, ExchangeRate
from app.usage.tariffs import Boundary, Calendar

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
    policies: Mapping[str, Any]
    billed_until: datetime | None
    billed_at: datetime | None

    @property
    def bucket_order(self) -> Sequence[str]:
        order: Sequence[str] = self.policies.get("bucket_order", DEFAULT_ORDER)
        return order

    @property
    def rounding(self) -> Rounding:
        return Rounding(self.policies.get("money_rounding", Rounding.HALF_UP))

    @property
    def boundary(self) -> Boundary:
        return Boundary(self.policies.get("tariff_boundary", Boundary.SPLIT))

    def in_service_at(self, moment: datetime) -> bool:
        begun = self.activated_at is not None and self.activated_at <= moment
        return begun and (self.closed_at is None or moment < self.closed_at)


def lock_lines(line_ids: Iterable[UUID]) -> dict[UUID, LineFacts]:
    """Facts by line. Until the commit nobody else rates, renews or changes these lines."""
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
            Market.policies,
            ClosedUsage.until.label("billed_until"),
            ClosedUsage.closed_at.label("billed_at"),
        )
        .join(Line.account)
        .join(Account.market)
        .outerjoin(ClosedUsage, ClosedUsage.account_id == Account.id)
        .where(Line.id.in_(list(line_ids)))
        .order_by(Line.id)
        .with_for_update(of=Line, key_share=True)
    )
    return {row.id: LineFacts(**row._mapping) for row in db.session.execute(query)}  # noqa: SLF001


def meters_for(lines: Mapping[UUID, LineFacts], spans: Mapping[UUID, Span]) -> dict[UUID, Meter]:
    """One meter for each line of `spans`, ready for records between the two moments.

    Postpaid months that have not begun yet are begun: usage may arrive before the nightly task.
    """
    whole = min(since for since, _ in spans.values()), max(until for _, until in spans.values())
    terms = _terms(spans, whole)
    grants.write(
        grant
        for line_id, (since, until) in spans.items()
        if (line := lines[line_id]).mode is Mode.POSTPAID
        for term in terms[line_id]
        for grant in grants.monthly_grants(
            term,
            since,
            until,
            anchor=line.billing_day,
            timezone=line.timezone,
            policies=line.policies,
        )
    )
    known: dict[UUID, dict[Any, Any]] = defaultdict(dict)
    buckets, credit = _buckets(lines, spans, whole), _credit(spans)
    exchange = _exchange({lines[line_id].currency for line_id in spans}, whole[1])
    return {
        line_id: Meter(
            currency=lines[line_id].currency,
            rounding=lines[line_id].rounding,
            plans=[
                PlanTerm(
                    term.starts_at,
                    term.ends_at,
                    term.version.rates,
                    known[term.offer_version_id],
                )
                for term in terms[line_id]
                if term.kind is OfferKind.PLAN
            ],
            ordered=_ordered(buckets[line_id], lines[line_id].bucket_order),
            calendar=Calendar(lines[line_id].timezone, holidays_of(lines[line_id].market_code)),
            boundary=lines[line_id].boundary,
            credit=credit.get(line_id, Decimal(0)) if _prepaid(lines[line_id]) else None,
            exchange=exchange.get(lines[line_id].currency, {}),
        )
        for line_id in spans
    }


def _ordered(
    buckets: Sequence[OpenBucket], order: Sequence[str]
) -> dict[UsageKind, list[OpenBucket]]:
    return {
        kind: in_order((bucket for bucket in buckets if bucket.kind is kind), order)
        for kind in UsageKind
    }


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
        .options(lazyload(Subscription.version))
        .execution_options(populate_existing=True)
    )
    terms = db.session.scalars(query).all()
    # Many lines have few versions: each is read once, not with every subscription.
    wanted = select(OfferVersion).where(OfferVersion.id.in_({t.offer_version_id for t in terms}))
    versions = {version.id: version for version in db.session.scalars(wanted)}
    found: dict[UUID, list[Subscription]] = defaultdict(list)
    for term in terms:
        set_committed_value(term, "version", versions[term.offer_version_id])
        found[term.line_id].append(term)
    return found


def _buckets(
    lines: Mapping[UUID, LineFacts], line_ids: Iterable[UUID], whole: Span
) -> dict[UUID, list[OpenBucket]]:
    query = select(Bucket.__table__).where(
        Bucket.line_id.in_(list(line_ids)),
        Bucket.starts_at <= whole[1],
        Bucket.expires_at > whole[0],
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    opened = {row.id: _opened(row, lines[row.line_id].timezone) for row in rows}
    found: dict[UUID, list[OpenBucket]] = defaultdict(list)
    for row in rows:
        opened[row.id].before = opened.get(row.before_id) if row.before_id else None
        found[row.line_id].append(opened[row.id])
    return found


def _opened(row: Any, timezone: str) -> OpenBucket:
    hours = None
    if row.since is not None and row.until is not None:
        hours = Hours(row.since, row.until, timezone)
    return OpenBucket(
        id=row.id,
        kind=row.kind,
        granted=row.granted,
        used=row.used,
        priority=row.priority,
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        carried=row.carried,
        hours=hours,
        overdraws=row.overdraws,
        least_carried=row.least_carried,
        most_carried=row.most_carried,
    )


def _exchange(homes: Iterable[str], until: datetime) -> dict[str, dict[str, dict[date, Decimal]]]:
    """Rates by home currency, foreign currency and day."""
    query = select(ExchangeRate).where(
        ExchangeRate.home.in_(list(homes)), ExchangeRate.day <= until.date() + timedelta(days=1)
    )
    found: dict[str, dict[str, dict[date, Decimal]]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.home, {}).setdefault(row.currency, {})[row.day] = row.rate
    return found


def _credit(line_ids: Iterable[UUID]) -> dict[UUID, Decimal]:
    query = (
        select(Balance.line_id, Balance.amount)
        .where(Balance.line_id.in_(list(line_ids)))
        .order_by(Balance.line_id)
        .with_for_update()
    )
    return {row.line_id: row.amount for row in db.session.execute(query)}
