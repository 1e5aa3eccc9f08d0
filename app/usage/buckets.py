"""Which bucket usage is taken from, and what is left uncovered. No session, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from app.catalog.models import UsageKind

DEFAULT_ORDER = ("expiry", "priority", "age")


@dataclass(slots=True)
class OpenBucket:
    """An allowance valid in [starts_at, expires_at). `granted` None is unlimited."""

    id: UUID
    kind: UsageKind
    granted: int | None
    used: int
    priority: int
    starts_at: datetime
    expires_at: datetime

    @property
    def left(self) -> int | None:
        return None if self.granted is None else max(0, self.granted - self.used)

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.expires_at

    def take(self, quantity: int) -> int:
        """Use up to `quantity`; how much it could give."""
        given = quantity if self.left is None else min(quantity, self.left)
        self.used += given
        return given


class Drawable(Protocol):
    """A bucket, or somebody's share of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def priority(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def left(self) -> int | None: ...
    def covers(self, moment: datetime) -> bool: ...
    def take(self, quantity: int) -> int: ...


D = TypeVar("D", bound=Drawable)


def in_order(buckets: Iterable[D], order: Sequence[str] = DEFAULT_ORDER) -> list[D]:
    """Soonest expiry, lowest priority number, oldest: compared as the market's policy lists them.

    The result does not depend on the order of the input.
    """

    def rank(bucket: Drawable) -> tuple[Any, ...]:
        ranks = {
            "expiry": bucket.expires_at,
            "priority": bucket.priority,
            "age": bucket.starts_at,
        }
        return (*(ranks[each] for each in order), bucket.id)

    return sorted(buckets, key=rank)


def draw_down(ordered: Iterable[Drawable], quantity: int, moment: datetime) -> int:
    """Take `quantity` used at `moment` from buckets in order; returns what none could cover.

    A session that crosses the end of a bucket is drawn in parts, each at its own moment.
    """
    for bucket in ordered:
        if quantity == 0:
            break
        if bucket.covers(moment):
            quantity -= bucket.take(quantity)
    return quantity


def valid_at(buckets: Iterable[D], moment: datetime) -> list[D]:
    return [bucket for bucket in buckets if bucket.covers(moment)]


def used_up(buckets: Sequence[Drawable]) -> bool:
    """Whether there are buckets and nothing is left in any of them."""
    return bool(buckets) and all(bucket.left == 0 for bucket in buckets)
