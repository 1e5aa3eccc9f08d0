"""Which buckets a subscription is entitled to, and writing them: each once, however often asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.catalog.allowance_terms import Rollover, rollover_of, terms_of
from app.catalog.models import OfferKind, UsageKind
from app.markets import policies
from app.markets.models import Market
from app.markets.policies import Overage
from app.subscriptions.models import Subscription
from app.usage import tables
from app.usage.periods import periods_between
from app.usage.tables import NewBucket

_PRIORITY = {OfferKind.ADD_ON: 0, OfferKind.PLAN: 1}
# How far back months are granted that leave something to the next, where none was begun before.
_BEFORE = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a subscription includes, for the span [starts_at, expires_at), as the policies say
    that are in force when it starts."""

    subscription: Subscription
    starts_at: datetime
    expires_at: datetime
    market: Market


@dataclass(frozen=True, slots=True)
class Due:
    """A postpaid subscription whose months that touch [since, until] are to have their buckets.
    `anchor` is its account's billing day."""

    subscription: Subscription
    since: datetime
    until: datetime
    anchor: int
    market: Market

    @property
    def first_at(self) -> datetime:
        return max(self.since, self.subscription.starts_at)


def monthly_grants(dues: Iterable[Due]) -> Iterator[Grant]:
    """One for each month.

    An add-on with a fixed validity is granted once, when it is added, and not by the month. Where
    a month leaves something to the next, those before are granted too, from the last that was
    begun on: however long nobody looked, none is skipped.
    """
    monthly = [due for due in dues if not _has_its_own_days(due.subscription)]
    carrying = {
        due.subscription.id: due.since - _BEFORE
        for due in monthly
        if _carries(due.subscription, due.first_at, due.market)
    }
    begun = tables.months_begun(carrying)
    for due in monthly:
        first = due.first_at
        if before := carrying.get(due.subscription.id):
            first = max(begun.get(due.subscription.id, before), due.subscription.starts_at)
        yield from _months(due, first)


def _months(due: Due, first: datetime) -> Iterator[Grant]:
    subscription, zone = due.subscription, due.market.timezone
    for start, end in periods_between(first, max(due.until, first), due.anchor, zone):
        starts_at = max(start, subscription.starts_at)
        expires_at = min(end, subscription.ends_at or end)
        if starts_at <= due.until and starts_at < expires_at:
            yield Grant(subscription, starts_at, expires_at, due.market)


def write(grants: Iterable[Grant]) -> None:
    """Inside the caller's transaction. A bucket that is there already stays as it is."""
    tables.insert_buckets([bucket for grant in grants for bucket in _buckets(grant)])


def _buckets(grant: Grant) -> Iterator[NewBucket]:
    subscription = grant.subscription
    rates = subscription.version.rates
    for allowance in subscription.version.allowances:
        terms, plan = terms_of(rates, allowance.kind), subscription.kind is OfferKind.PLAN
        rollover = _rollover(subscription, allowance.kind, grant.starts_at, grant.market)
        yield NewBucket(
            line_id=subscription.line_id,
            subscription_id=subscription.id,
            kind=allowance.kind,
            granted=allowance.quantity,
            priority=_PRIORITY[subscription.kind] if terms.priority is None else terms.priority,
            starts_at=grant.starts_at,
            expires_at=grant.expires_at,
            least_carried=rollover.minimum,
            most_carried=rollover.maximum,
            overdraws=plan
            and _overdraws(grant.starts_at, grant.market)
            and allowance.quantity is not None,
            throttles=terms.throttles,
            watched=allowance.kind is UsageKind.DATA and not plan and not terms.networks,
            networks=terms.networks,
        )
    for kind in UsageKind:
        for hours in terms_of(rates, kind).hours:
            yield NewBucket(
                line_id=subscription.line_id,
                subscription_id=subscription.id,
                kind=kind,
                granted=hours.quantity,
                priority=hours.priority,
                starts_at=grant.starts_at,
                expires_at=grant.expires_at,
                name=hours.name,
                since=hours.since,
                until=hours.until,
            )


def _has_its_own_days(subscription: Subscription) -> bool:
    return subscription.kind is OfferKind.ADD_ON and bool(subscription.version.validity_days)


def _carries(subscription: Subscription, moment: datetime, market: Market) -> bool:
    return _overdraws(moment, market) or any(
        _rollover(subscription, allowance.kind, moment, market) != Rollover()
        for allowance in subscription.version.allowances
    )


def _rollover(
    subscription: Subscription, kind: UsageKind, moment: datetime, market: Market
) -> Rollover:
    """As the offer says, else as its market does, else nothing: the rest of a month is lost."""
    if _has_its_own_days(subscription):
        return Rollover()
    terms = terms_of(subscription.version.rates, kind)
    if terms.rollover is not None:
        return terms.rollover
    return _limits(market.settings_at(moment).get("rollover", {})).get(kind, Rollover())


def _limits(chosen: Mapping[str, Any]) -> dict[UsageKind, Rollover]:
    """The market's own setting: {"data": {"min": 0, "max": 5000000000}, …}."""
    return {UsageKind(name): rollover_of(dict(written)) for name, written in dict(chosen).items()}


def _overdraws(moment: datetime, market: Market) -> bool:
    """Whether use beyond the allowance is taken from the next month's instead of charged."""
    return market.policies_at(moment).overage is Overage.CARRIED


policies.declare("rollover", _limits)
