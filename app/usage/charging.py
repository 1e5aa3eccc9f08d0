"""What a session may use before it must ask again, and for how long. No session, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision

from app.catalog.models import UsageKind
from app.catalog.rates import UnitRate, rate_of
from app.core.money import Money, Rounding
from app.usage.buckets import DEFAULT_ORDER

# Asked for nothing in particular: 10 MiB, a minute, a message.
USUAL: Mapping[UsageKind, int] = {
    UsageKind.DATA: 10 * 1024**2,
    UsageKind.VOICE: 60,
    UsageKind.SMS: 1,
}
# Who has not been heard of for so long is taken to be gone.
VALIDITY = timedelta(minutes=30)
LONGEST_KEY = 200
# What one request can report or want: a petabyte.
MOST = 2**50

_FREE = UnitRate(per=1, price=Decimal(0))


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be used now. `granted` in bytes, seconds or messages, on top of what was reported.

    `final`: no more will come, the session must end when it is used. `paid` is what the session
    has cost so far, `balance` what is left beside what it holds.
    """

    session: str
    granted: int
    final: bool
    valid_for: timedelta
    paid: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line's sessions cost, as its plan says; true while the plan's version is this one."""

    line_id: UUID
    market_code: str
    version_id: UUID
    rates: Mapping[str, Any]
    currency: str

    def rate(self, kind: UsageKind) -> UnitRate:
        """Beyond the allowances; free where the plan charges nothing, as for records."""
        return rate_of(self.rates, kind) or _FREE

    @property
    def exponent(self) -> int:
        return int(get_currency_precision(self.currency))


@dataclass(frozen=True, slots=True)
class Policy:
    """What a market says of rounding and of the order of buckets."""

    half_even: bool
    bucket_order: tuple[str, ...]

    @classmethod
    def of(cls, policies: Mapping[str, Any]) -> "Policy":
        rounding = Rounding(policies.get("money_rounding", Rounding.HALF_UP))
        order = tuple(policies.get("bucket_order", DEFAULT_ORDER))
        return cls(rounding is Rounding.HALF_EVEN, order)
