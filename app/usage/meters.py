"""Setting up the meters of many lines for a span of time, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
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
from app.customers.models import Account
from app.markets.calendars import holidays_of
from app.markets.queries import market
from app.subscriptions.models import Line, Subscription
from app.usage import grants, sharing
from app.usage.grants import Due
from app.usage.metering import Meter, PlanTerm
from app.usage.models import Balance, ClosedUsage, ExchangeRate
from app.usage.tariffs import Calendar

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What rating must know of a line; its market's timezone cuts its days and months."""

    id: UUID
    customer_id: UUID
    market_code: str
    mode: Mode
    billing_day: int
    currency: str
    billed_until: datetime | None
    billed_at: datetime | None


def facts_of(line_ids: Iterable[UUID]) -> dict[UUID, LineFacts]:
    """By line. The caller holds their locks."""
    query = (
        select(
            Line.id,
            Line.customer_id,
            Line.market_code,
            Line.mode,
            Account.billing_day,
            Account.currency,
            ClosedUsage.until.label("billed_until"),
            ClosedUsage.closed_at.label("billed_at"),
        )
        .join(Line.account)
        .outerjoin(ClosedUsage, ClosedUsage.account_id == Account.id)
        .where(Line.id.in_(list(line_ids)))
    )
    return {row.id: LineFacts(**row._mapping) for row in db.session.execute(query)}  # noqa: SLF001


def meters_for(
    lines: Mapping[UUID, LineFacts], spans: Mapping[UUID, Span], foreign: Collection[str] = ()
) -> dict[UUID, Meter]:
    """One meter for each line of `spans`, ready for records between the two moments, and for
    charges in these `foreign` currencies.

    Postpaid months that have not begun yet are begun: usage may arrive before the nightly task.
    """
    whole = min(since for since, _ in spans.values()), max(until for _, until in spans.values())
    owners = dict.fromkeys(sharing.owners_of(spans) & lines.keys(), whole)
    begun = {**spans, **owners}
    terms = _terms(begun, whole)
    grants.write(
        grants.monthly_grants(
            Due(term, since, until, line.billing_day, market(line.market_code))
            for line_id, (since, until) in begun.items()
            if (line := lines[line_id]).mode is Mode.POSTPAID
            for term in terms[line_id]
        )
    )
    known: dict[UUID, dict[Any, Any]] = defaultdict(dict)
    credit = _credit(spans)
    drawable = sharing.with_family(spans, whole, locked=lines)
    exchange = _exchange({lines[line_id].currency for line_id in spans}, foreign, whole[1])
    return {
        line_id: Meter(
            currency=lines[line_id].currency,
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
            drawable={
                kind: [each for each in drawable[line_id] if each.kind is kind]
                for kind in UsageKind
            },
            calendar=_calendar(lines[line_id].market_code),
            policies=market(lines[line_id].market_code).policies_at,
            credit=credit.get(line_id, Decimal(0)) if _prepaid(lines[line_id]) else None,
            exchange=exchange.get(lines[line_id].currency, {}),
        )
        for line_id in spans
    }


def _calendar(market_code: str) -> Calendar:
    return Calendar(market(market_code).timezone, holidays_of(market_code))


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


def _exchange(
    homes: Collection[str], foreign: Collection[str], until: datetime
) -> dict[str, dict[str, dict[date, Decimal]]]:
    """Rates by home currency, foreign currency and day. Most deliveries have nothing foreign."""
    found: dict[str, dict[str, dict[date, Decimal]]] = {}
    if not foreign:
        return found
    query = select(ExchangeRate).where(
        ExchangeRate.currency.in_(foreign),
        ExchangeRate.home.in_(homes),
        ExchangeRate.day <= until.date() + timedelta(days=1),
    )
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
