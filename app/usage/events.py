"""Facts about usage and prepaid credit."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """`amount` is the new balance, in the line's currency."""

    line_id: UUID
    customer_id: UUID
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """`amount` is what was added, not the new balance."""

    line_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UsageRated:
    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AllowanceUsedUp:
    """`kind` is data, voice or sms."""

    line_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class SharedDataChanged:
    """What these lines may take of somebody else's data has come to its end, or is there again."""

    line_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class PeriodStarted:
    """A prepaid plan was paid for another period, half-open."""

    line_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AllowancesReached:
    """The thresholds of one delivery together, for who hears of all at once. `percents` stand in
    the order of `bucket_ids`."""

    bucket_ids: tuple[UUID, ...]
    percents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AllowanceThresholdReached:
    """`percent` (50, 80 or 100) of a running allowance is used; once for each bucket and percent.

    Where one record passes several, only the highest is said.
    """

    line_id: UUID
    customer_id: UUID
    bucket_id: UUID
    kind: str
    percent: int
    at: datetime
