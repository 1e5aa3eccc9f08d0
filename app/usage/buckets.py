"""Which bucket usage is taken from, and what is left uncovered. No session, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Optional, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.catalog.models import UsageKind
from app.catalog.rates import within_hours
from app.markets.policies import BucketRule
from app.usage.clock_changes import change_on
from app.usage.rollover import brought


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of each day in the subscriber's time, half-open; `until` midnight ends the day."""

    since: time
    until: time
    timezone: str

    def hold(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.timezone))
        return within_hours(local.time(), self.since, self.until)

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment between the two at which the hours begin or end, or the clock is changed."""
        zone = ZoneInfo(self.timezone)
        day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
        while day <= last:
            for edge in (self.since, self.until):
                for fold in (0, 1):
                    yield datetime.combine(day, edge.replace(fold=fold), zone).astimezone(UTC)
            if put := change_on(day, self.timezone):
                yield put
            day += timedelta(days=1)


@dataclass(slots=True)
class OpenBucket:
    """An allowance valid in [starts_at, expires_at), perhaps in some hours of the day only.

    `granted` None is unlimited. `carried` is what the bucket `before` left to it: units rolled
    over, within these limits, or a debt. One that `overdraws` gives more than it has. One with
    `networks` is for use abroad, where the visited network begins with one of these.
    """

    id: UUID
    kind: UsageKind
    granted: int | None
    used: int
    priority: int
    starts_at: datetime
    expires_at: datetime
    carried: int = 0
    hours: Hours | None = None
    overdraws: bool = False
    least_carried: int = 0
    most_carried: int = 0
    before: Optional["OpenBucket"] = None
    networks: tuple[str, ...] = ()

    @property
    def brought(self) -> int:
        """Of a bucket whose predecessor may still change, what that leaves now."""
        if self.before is None or self.before.granted is None:
            return self.carried
        left = self.before.granted + self.before.brought - self.before.used
        return brought(left, minimum=self.least_carried, maximum=self.most_carried)

    @property
    def left(self) -> int | None:
        return None if self.granted is None else max(0, self.granted + self.brought - self.used)

    def covers(self, moment: datetime) -> bool:
        valid = self.starts_at <= moment < self.expires_at
        return valid and (self.hours is None or self.hours.hold(moment))

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """The moments between the two at which it begins or ceases to cover."""
        yield self.starts_at
        yield self.expires_at
        if self.hours is not None:
            yield from self.hours.edges(since, until)

    def take(self, quantity: int) -> int:
        """Use up to `quantity`; how much it could give."""
        left = self.left
        given = quantity if left is None else min(quantity, left)
        self.used += given
        return given

    def lend(self, quantity: int) -> None:
        """Give more than there is: a debt of the next period."""
        self.used += quantity

    def give_back(self, quantity: int) -> None:
        """Undo that so much was taken or lent."""
        self.used -= quantity


class Drawable(Protocol):
    """A bucket, or somebody's share of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def kind(self) -> UsageKind: ...
    @property
    def priority(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def used(self) -> int: ...
    @property
    def left(self) -> int | None: ...
    @property
    def networks(self) -> tuple[str, ...]: ...
    def covers(self, moment: datetime) -> bool: ...
    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]: ...
    def take(self, quantity: int) -> int: ...
    def give_back(self, quantity: int) -> None: ...


D = TypeVar("D", bound=Drawable)


def in_order(buckets: Iterable[D], order: Sequence[BucketRule] = tuple(BucketRule)) -> list[D]:
    """Soonest expiry, lowest priority number, oldest: compared as the market's policy lists them.
    Those for abroad are last: they may be needed where nothing else is good.

    The result does not depend on the order of the input.
    """

    def rank(bucket: Drawable) -> tuple[Any, ...]:
        ranks = {
            BucketRule.EXPIRY: bucket.expires_at,
            BucketRule.PRIORITY: bucket.priority,
            BucketRule.AGE: bucket.starts_at,
        }
        return (bool(bucket.networks), *(ranks[each] for each in order), bucket.id)

    return sorted(buckets, key=rank)


def draw_down(
    ordered: Iterable[Drawable],
    quantity: int,
    moment: datetime,
    drawn: dict[UUID, int] | None = None,
) -> int:
    """Take `quantity` used at `moment` from buckets in order; returns what none could cover.

    A session that crosses the end of a bucket is drawn in parts, each at its own moment.
    What was taken is added to `drawn`, by bucket.
    """
    valid = valid_at(ordered, moment)
    for bucket in valid:
        if quantity == 0:
            break
        given = bucket.take(quantity)
        quantity -= given
        _note(drawn, bucket, given)
    own = (each for each in reversed(valid) if isinstance(each, OpenBucket))
    lender = next((each for each in own if each.overdraws), None)
    if quantity and lender is not None:
        lender.lend(quantity)
        _note(drawn, lender, quantity)
        quantity = 0
    return quantity


def good_in(buckets: Iterable[D], network: str | None, *, as_at_home: bool) -> list[D]:
    """Those for the visited network; those for home too, there or where it is `as_at_home`."""
    return [
        bucket
        for bucket in buckets
        if (network or "").startswith(bucket.networks) or (as_at_home and not bucket.networks)
    ]


def valid_at(buckets: Iterable[D], moment: datetime) -> list[D]:
    return [bucket for bucket in buckets if bucket.covers(moment)]


def used_up(buckets: Sequence[Drawable]) -> bool:
    """Whether there are buckets and nothing is left in any of them."""
    return bool(buckets) and all(bucket.left == 0 for bucket in buckets)


def _note(drawn: dict[UUID, int] | None, bucket: Drawable, given: int) -> None:
    if given and drawn is not None:
        drawn[bucket.id] = drawn.get(bucket.id, 0) + given
