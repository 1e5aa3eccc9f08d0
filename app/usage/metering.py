"""Rating the records of one line against its plans, buckets and credit. No session, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from app.catalog.models import UsageKind
from app.catalog.rates import rate_of
from app.core.money import Rounding
from app.usage import buckets, rating
from app.usage.records import NewRecord
from app.usage.sharing import Drawable


@dataclass(frozen=True, slots=True)
class PlanTerm:
    """The rates of a plan in [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime | None
    rates: Mapping[str, Any]

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(slots=True)
class Meter:
    """`ordered` are the buckets of each kind, first the one to draw from first.

    `credit` is the prepaid balance, None for postpaid lines, which pay by invoice.
    """

    currency: str
    rounding: Rounding
    plans: Sequence[PlanTerm]
    ordered: Mapping[UsageKind, Sequence[Drawable]]
    credit: Decimal | None = None
    # Kinds whose allowances ran out while rating, and when these would have expired.
    exhausted: dict[UsageKind, datetime] = field(default_factory=dict)

    @property
    def every_bucket(self) -> Iterator[Drawable]:
        return chain.from_iterable(self.ordered.values())

    def rate(self, record: NewRecord) -> Decimal:
        """Draw one record from the buckets; what it costs beyond them.

        Prepaid credit is taken until it is zero and never further.
        """
        rates = next((p.rates for p in self.plans if p.covers(record.started_at)), {})
        unit = rate_of(rates, record.kind)
        quantity = record.quantity
        if unit:
            quantity = rating.increments(quantity, unit.minimum, unit.increment)
        uncovered = self._draw(record.kind, quantity, record.started_at)
        if not uncovered or unit is None:
            return Decimal(0)
        cost = rating.price_of(
            uncovered, unit.per, unit.price, currency=self.currency, rounding=self.rounding
        ).amount
        if self.credit is None:
            return cost
        cost = min(cost, self.credit)
        self.credit -= cost
        return cost

    def _draw(self, kind: UsageKind, quantity: int, moment: datetime) -> int:
        valid = buckets.valid_at(self.ordered.get(kind, ()), moment)
        was_empty = buckets.used_up(valid)
        uncovered = buckets.draw_down(valid, quantity, moment)
        if not was_empty and buckets.used_up(valid):
            self.exhausted[kind] = max(bucket.expires_at for bucket in valid)
        return uncovered
