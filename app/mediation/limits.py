"""What no sound record says, by the policy of a market. No session, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.catalog.allowance_terms import whole
from app.catalog.models import UsageKind
from app.markets import policies as market_policies

# More than that in one record and somebody should look at it: 1 TiB, a day, a thousand messages.
_USUAL = {UsageKind.DATA: 1024**4, UsageKind.VOICE: 24 * 3600, UsageKind.SMS: 1000}
_AHEAD_MINUTES = 60
_MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Limits:
    """`largest` by kind; what begins more than `ahead` from now is from a wrong clock."""

    largest: Mapping[UsageKind, int]
    ahead: timedelta

    @classmethod
    def of(cls, policies: Mapping[str, Any]) -> "Limits":
        """The policy is `usage_limits`: {"voice": 86400, "ahead_minutes": 60, …}. Raises ValueError
        for names that are none and for what is no whole number from 0 on."""
        said = dict(policies.get("usage_limits", {}))
        largest = {kind: whole(said.pop(kind.value, usual)) for kind, usual in _USUAL.items()}
        ahead = whole(said.pop("ahead_minutes", _AHEAD_MINUTES), most=_MOST_MINUTES)
        if said:
            raise ValueError(said)
        return cls(largest, timedelta(minutes=ahead))

    def fault(
        self, kind: UsageKind, quantity: int, started_at: datetime, now: datetime
    ) -> str | None:
        """bad_quantity, bad_time, absurd_quantity, or None."""
        if quantity < 0:
            return "bad_quantity"
        if started_at > now + self.ahead:
            return "bad_time"
        return "absurd_quantity" if quantity > self.largest[kind] else None


market_policies.declare("usage_limits", lambda chosen: Limits.of({"usage_limits": chosen}))
