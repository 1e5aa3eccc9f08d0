"""Changing plans in the middle of a month: told before, taken up once, charged as told."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.billing.errors import QuoteExpired
from app.billing.models import PlanChangeQuote
from app.billing.periods import period_containing
from app.billing.policies import policies_of
from app.billing.recurring import NewCharge, end_credit, start_charge
from app.billing.service import charges
from app.billing.service.terms import term
from app.catalog.models import Mode, OfferKind, OfferVersion
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.money import Money, total
from app.markets.models import Market
from app.markets.queries import market as market_of
from app.subscriptions import access as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.errors import SamePlan
from app.subscriptions.events import PlanChanged
from app.subscriptions.models import Line, Subscription
from app.subscriptions.queries import current_plan
from app.subscriptions.service.leaving import refuse_leaving
from app.subscriptions.service.plans import version_for
from app.usage.errors import InsufficientBalance
from app.usage.prices import price_of
from app.usage.service import paid_for

VALID_FOR = timedelta(minutes=30)


def quote_plan_change(line_id: UUID, offer_version_id: UUID, *, by: Actor) -> PlanChangeQuote:
    """What the change would cost if made now, in catalogue prices (tax as the market says).

    Valid for 30 minutes and not beyond midnight of the market, when the days left change.
    Postpaid: `credit` for the unused days of the old plan, `charge` for those of the new.
    Prepaid: the price after discounts, no credit. Raises what `subscriptions.service.change_plan`
    does.
    """
    with db.transaction():
        line = lines.line_for(by, line_id, "subscriptions.change")
        now = clock.now()
        version = version_for(line, offer_version_id, OfferKind.PLAN, now)
        refuse_leaving(line)
        old = current_plan(line)
        if old.offer_version_id == version.id:
            raise SamePlan
        market = market_of(line.market_code)
        credit, charge, because = _cost(line, old, version, market, now)
        quote = PlanChangeQuote(
            id=new_id(),
            line_id=line.id,
            offer_version_id=version.id,
            from_subscription_id=old.id,
            credit=credit.amount,
            charge=charge.amount,
            currency=charge.currency,
            because=because,
            created_at=now,
            valid_until=min(now + VALID_FOR, _midnight_after(now, market.timezone)),
        )
        db.session.add(quote)
    return quote


def take_up_quote(quote_id: UUID, *, by: Actor) -> PlanChangeQuote:
    """Change the plan as quoted; taking it up again changes nothing.

    Raises QuoteExpired when it is too old, or the line or its discounts changed since, and what
    `change_plan` does.
    """
    with db.transaction():
        query = select(PlanChangeQuote).where(PlanChangeQuote.id == quote_id).with_for_update()
        quote = db.session.scalar(query.execution_options(populate_existing=True))
        if quote is None:
            raise NotFound
        line = lines.line_for(by, quote.line_id, "subscriptions.change", lock=True)
        if quote.taken_at is not None:
            return quote
        now = clock.now()
        if now >= quote.valid_until or current_plan(line).id != quote.from_subscription_id:
            raise QuoteExpired
        with db.savepoint():
            new = _changed_as_told(quote, line, by)
        quote.subscription_id, quote.taken_at = new.id, now
    return quote


def charge_plan_change(event: PlanChanged) -> None:
    """Charge a change of a postpaid plan, in the transaction that makes it; once, when repeated."""
    line = db.session.get_one(Line, event.line_id)
    if line.mode is Mode.PREPAID:
        return
    old = db.session.get_one(Subscription, event.from_subscription_id)
    version = db.session.get_one(OfferVersion, event.to_version_id)
    market = market_of(line.market_code)
    made = _charges(line, old, version, market, event.at, event.to_subscription_id)
    charges.write((line.account_id, charge) for charge in made)


def _cost(
    line: Line, old: Subscription, version: OfferVersion, market: Market, now: datetime
) -> tuple[Money, Money, dict[str, Any]]:
    if line.mode is Mode.PREPAID:
        price = price_of(line, version, now)
        off = [[each.code, each.name, str(each.amount.amount)] for each in price.off]
        because = {"rule": "once", "of": [version.offer.name], "off": off}
        return Money.zero(version.currency), price.due, because
    made = _charges(line, old, version, market, now, new_id())
    credit = -total((c.amount for c in made if c.amount.amount < 0), version.currency)
    charge = total((c.amount for c in made if c.amount.amount > 0), version.currency)
    return credit, charge, {"rule": "prorated", "parts": [each.because for each in made]}


def _changed_as_told(quote: PlanChangeQuote, line: Line, by: Actor) -> Subscription:
    """What a prepaid line pays is worked out where it is taken, and must be what was told."""
    try:
        new = subscriptions.change_plan(
            line.id, quote.offer_version_id, by=by, effect_key=f"quote:{quote.id}"
        )
    except InsufficientBalance as refusal:
        if Decimal(str(refusal.details["needed"])) != quote.charge:
            raise QuoteExpired from None
        raise
    if line.mode is Mode.PREPAID and paid_for(new, new.starts_at) != quote.charge:
        raise QuoteExpired
    return new


def _charges(
    line: Line,
    old: Subscription,
    version: OfferVersion,
    market: Market,
    at: datetime,
    new_subscription_id: UUID,
) -> list[NewCharge]:
    zone, policies = market.timezone, policies_of(market)
    ending = term(old.id, line, old.version, zone, starts_at=old.starts_at)
    starting = term(new_subscription_id, line, version, zone, starts_at=at, succeeds=True)
    day = starting.starts_on
    period = period_containing(day, line.account.billing_day)
    return [end_credit(ending, day, period, policies), start_charge(starting, period, policies)]


def _midnight_after(moment: datetime, timezone: str) -> datetime:
    day = moment.astimezone(ZoneInfo(timezone)).date()
    return clock.midnight(day + timedelta(days=1), timezone)
