"""Beginning the next period of a line, and what a change of plan does to the present one."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.catalog.models import Mode, OfferKind
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.subscriptions.access import line_for
from app.subscriptions.models import Line, LineStatus, Subscription
from app.subscriptions.queries import current_plan
from app.usage import grants, months
from app.usage.events import PeriodStarted
from app.usage.grants import Due, Grant
from app.usage.models import BalanceMovement, Bucket
from app.usage.prices import price_of
from app.usage.queries import SEAMLESS
from app.usage.service import quota
from app.usage.service.balances import debit, locked_balance


def grant(subscription: Subscription, starts_at: datetime, expires_at: datetime) -> None:
    """The buckets of what is included, for [starts_at, expires_at). Once, however often called."""
    with db.transaction():
        market = subscription.line.account.market
        grants.write([Grant(subscription, starts_at, expires_at, market)])
        quota.lift_when_some_is_left(subscription.line_id, starts_at)


def renew(line_id: UUID, at: datetime, *, by: Actor = SYSTEM) -> bool:
    """Begin the period that `at` is in, unless it has begun: whether anything could begin.

    A prepaid plan is paid from the balance first: raises InsufficientBalance. Postpaid periods
    are months of the account's billing day.
    """
    with db.transaction():
        line = line_for(by, line_id, "subscriptions.change", lock=True)
        if line.status is not LineStatus.ACTIVE:
            return False
        if line.mode is Mode.PREPAID:
            return _renew_prepaid(line, at, by)
        for subscription in line.subscriptions:
            if subscription.starts_at <= at and (
                subscription.ends_at is None or subscription.ends_at > at
            ):
                begin_month(subscription, at)
    return True


def make_months() -> int:
    """The tables for usage records of this month and the next ones; how many were missing."""
    with db.transaction():
        return len(months.make(db.session.connection(), months.ahead(clock.now())))


def begin_month(subscription: Subscription, at: datetime) -> None:
    """The postpaid allowances for the rest of the month that `at` is in."""
    line = subscription.line
    account = line.account
    due = Due(subscription, at, at, account.billing_day, account.market)
    grants.write(grants.monthly_grants([due]))
    quota.lift_when_some_is_left(line.id, at)


def begin_paid_period(subscription: Subscription, at: datetime) -> None:
    """A prepaid plan's period from `at` on, for as many days as its version is valid."""
    line = subscription.line
    ends_at = at + timedelta(days=subscription.version.validity_days or 1)
    grant(subscription, at, ends_at)
    locked_balance(line).paid_until = ends_at
    events.announce(PeriodStarted(line.id, at, ends_at))


def pay_for(subscription: Subscription, at: datetime) -> None:
    """Take what a prepaid subscription's period that begins at `at` costs, if it costs anything."""
    price = price_of(subscription.line, subscription.version, at)
    if price.due:
        debit(
            subscription.line_id,
            price.due,
            by=SYSTEM,
            effect_key=_key(subscription.id, at),
            reason="plan" if subscription.kind is OfferKind.PLAN else "add_on",
            discounts=price.off,
        )


def paid_for(subscription: Subscription, at: datetime) -> Decimal:
    """What `pay_for` has taken."""
    query = select(BalanceMovement.amount).where(
        BalanceMovement.effect_key == _key(subscription.id, at)
    )
    return -(db.session.scalar(query) or Decimal(0))


def cut_short(at: datetime, *, line_id: UUID, subscription_id: UUID | None = None) -> None:
    """End buckets at `at`: those of one subscription, or all of the line."""
    query = update(Bucket).where(Bucket.line_id == line_id, Bucket.expires_at > at)
    if subscription_id is not None:
        query = query.where(Bucket.subscription_id == subscription_id)
    db.session.execute(query.values(expires_at=at))


def subscription_of(subscription_id: UUID) -> Subscription:
    return db.session.scalars(select(Subscription).where(Subscription.id == subscription_id)).one()


def _key(subscription_id: UUID, at: datetime) -> str:
    return f"period:{subscription_id}:{at.isoformat()}"


def _renew_prepaid(line: Line, at: datetime, by: Actor) -> bool:
    paid_until = locked_balance(line).paid_until
    if paid_until is not None and at < paid_until:
        return False
    plan = current_plan(line)
    seamless = paid_until is not None and at - paid_until <= SEAMLESS
    start = paid_until if paid_until is not None and seamless else at
    pay_for(plan, start)
    begin_paid_period(plan, start)
    audit.record(by, "line.renewed", "line", line.id, starts_at=start)
    return True
