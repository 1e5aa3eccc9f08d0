"""Why a record costs what it costs: the steps from its units to its charge. No session, no clock.

All of it is read from what rating wrote down with the record, so it is what was, not what would be.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.usage import outcome
from app.usage.outcome import StoredOutcome, Tap
from app.usage.tariffs import Part


@dataclass(frozen=True, slots=True)
class FromBucket:
    """Units that an allowance gave; nothing is to pay for them."""

    bucket_id: UUID
    units: int


@dataclass(frozen=True, slots=True)
class Connection:
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """`units` at `price` for every `per`, the rate of the moment `at`; `amount` is not rounded."""

    at: datetime
    units: int
    price: Decimal
    per: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FromAbroad:
    """A visited network's charge × exchange rate × (1 + markup)."""

    tap: Tap
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Rounded:
    """The sum, rounded once; `limited` where prepaid credit ended before it was paid."""

    exact: Decimal
    charged: Decimal
    limited: bool


Step = FromBucket | Connection | Priced | FromAbroad | Rounded


def steps_of(record: StoredOutcome) -> list[Step]:
    """In the order they are taken; only the last one where nothing was used nor charged."""
    rated = outcome.read(record)
    steps: list[Step] = [FromBucket(key, units) for key, units in rated.drawn.items()]
    exact = rated.priced.amount
    if rated.priced.connect:
        steps.append(Connection(rated.priced.connect))
    steps += [_priced(part) for part in rated.priced.parts]
    if rated.tap is not None:
        tap = rated.tap
        exact = tap.charge.value * tap.rate * (1 + tap.markup)
        steps.append(FromAbroad(tap, exact))
    return [*steps, Rounded(exact, record.charged, rated.limited)]


def _priced(part: Part) -> Priced:
    return Priced(part.begins_at, part.counted, part.price, part.per, part.amount)
