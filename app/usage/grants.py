"""Which buckets a subscription is entitled to, and writing them: each once, however often asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.catalog.models import OfferKind
from app.subscriptions.models import Subscription
from app.usage import tables
from app.usage.periods import periods_between
from app.usage.tables import NewBucket

_PRIORITY = {OfferKind.ADD_ON: 0, OfferKind.PLAN: 1}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a subscription includes, for the span [starts_at, expires_at)."""

    subscription: Subscription
    starts_at: datetime
    expires_at: datetime


def monthly_grants(
    subscription: Subscription, since: datetime, until: datetime, anchor: int, timezone: str
) -> Iterator[Grant]:
    """One for each month of a postpaid subscription that touches [since, until].

    An add-on with a fixed validity is granted once, when it is added, and not by the month.
    """
    if subscription.kind is OfferKind.ADD_ON and subscription.version.validity_days:
        return
    first = max(since, subscription.starts_at)
    for start, end in periods_between(first, max(until, first), anchor, timezone):
        starts_at = max(start, subscription.starts_at)
        expires_at = min(end, subscription.ends_at or end)
        if starts_at <= until and starts_at < expires_at:
            yield Grant(subscription, starts_at, expires_at)


def write(grants: Iterable[Grant]) -> None:
    """Inside the caller's transaction. A bucket that is there already stays as it is."""
    tables.insert_buckets([bucket for grant in grants for bucket in _buckets(grant)])


def _buckets(grant: Grant) -> Iterator[NewBucket]:
    subscription = grant.subscription
    for allowance in subscription.version.allowances:
        yield NewBucket(
            line_id=subscription.line_id,
            subscription_id=subscription.id,
            kind=allowance.kind,
            granted=allowance.quantity,
            priority=_PRIORITY[subscription.kind],
            starts_at=grant.starts_at,
            expires_at=grant.expires_at,
        )
