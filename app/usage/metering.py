"""Rating the records of one line against its plans, buckets and credit. No session, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.catalog.models import UsageKind
from app.catalog.rates import rate_of
from app.core.money import Rounding
from app.usage import buckets, rating
from app.usage.buckets import OpenBucket
from app.usage.records import NewRecord


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
    """`credit` is the prepaid balance, None for postpaid lines, which pay by invoice."""

    currency: str
    rounding: Rounding
    plans: Sequence[PlanTerm]
    ordered: Sequence[OpenBucket]
    credit: Decimal | None = None
    exhausted: dict[UsageKind, datetime] = field(default_factory=dict)

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
        ours = [bucket for bucket in self.ordered if bucket.kind is kind]
        was_empty = buckets.used_up(ours, moment)
        uncovered = buckets.draw_down(ours, quantity, moment)
        if not was_empty and buckets.used_up(ours, moment):
            self.exhausted[kind] = max(b.expires_at for b in ours if b.covers(moment))
        return uncovered
