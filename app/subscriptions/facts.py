"""What the rules for offers and discounts ask of accounts, in two statements however many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from app.catalog.eligibility import Facts, Held
from app.catalog.models import Mode, Offer, OfferKind, OfferVersion
from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account, Customer
from app.markets.models import Market
from app.subscriptions.models import Line, Subscription


def facts_of(account_ids: Sequence[UUID], at: datetime) -> dict[UUID, Facts]:
    """Of each account, with the plans its lines have at a moment."""
    held = _held(account_ids, at)
    query = (
        select(
            Account.id,
            Account.market_code,
            Account.currency,
            Account.created_at,
            Customer.segment,
            Customer.city,
            Customer.created_at.label("customer_since"),
            Market.timezone,
        )
        .join(Account.customer)
        .join(Market, Market.code == Account.market_code)
        .where(Account.id.in_(account_ids))
    )
    found = {}
    for row in db.session.execute(query):
        zone = ZoneInfo(row.timezone)
        found[row.id] = Facts(
            market_code=row.market_code,
            currency=row.currency,
            segment=row.segment,
            city=row.city,
            on=at.astimezone(zone).date(),
            customer_since=row.customer_since.astimezone(zone).date(),
            account_since=row.created_at.astimezone(zone).date(),
            lines=tuple(held[row.id]),
        )
    return found


def with_plan(facts: Facts, line_id: UUID, version: OfferVersion) -> Facts:
    """As they would be if this line, there or new, had this plan."""
    offer = version.offer
    new = Held(
        line_id=line_id,
        subscription_id=new_id(),
        service=offer.service,
        mode=offer.mode,
        offer_code=offer.code,
        name=offer.name,
        price=version.price_money,
        days=version.validity_days if offer.mode is Mode.PREPAID else None,
    )
    return replace(facts, lines=(*(h for h in facts.lines if h.line_id != line_id), new))


def _held(account_ids: Sequence[UUID], at: datetime) -> dict[UUID, list[Held]]:
    query = (
        select(
            Line.account_id,
            Line.id,
            Subscription.id.label("subscription_id"),
            Line.service,
            Line.mode,
            Offer.code,
            Offer.name,
            OfferVersion.price,
            OfferVersion.currency,
            OfferVersion.validity_days,
        )
        .join(Subscription, Subscription.line_id == Line.id)
        .join(OfferVersion, OfferVersion.id == Subscription.offer_version_id)
        .join(Offer, Offer.id == OfferVersion.offer_id)
        .where(
            Line.account_id.in_(account_ids),
            Subscription.kind == OfferKind.PLAN,
            Subscription.starts_at <= at,
            or_(Subscription.ends_at.is_(None), Subscription.ends_at > at),
        )
        .order_by(Line.created_at, Line.id)
    )
    found: dict[UUID, list[Held]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.account_id].append(
            Held(
                line_id=row.id,
                subscription_id=row.subscription_id,
                service=row.service,
                mode=row.mode,
                offer_code=row.code,
                name=row.name,
                price=Money(row.price, row.currency),
                days=row.validity_days if row.mode is Mode.PREPAID else None,
            )
        )
    return found
