"""All that an offer says at one time: what a version of it, or a draft of one, is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.catalog import eligibility
from app.catalog import rates as unit_rates
from app.catalog.models import Mode, OfferKind, Service, UsageKind
from app.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """`price` is in the market's currency, per month (postpaid) or per `validity_days` (prepaid).

    Allowances are in bytes, seconds and messages, None is unlimited; `rates` are as
    `rates.checked` takes them; `conditions` say who may have it (`eligibility.Conditions`). Without
    `valid_from` it is sold from the moment it is published.
    """

    market_code: str
    code: str
    name: str
    kind: OfferKind
    service: Service
    mode: Mode
    price: Money
    allowances: Mapping[UsageKind, int | None]
    rates: Mapping[Any, Any]
    validity_days: int | None = None
    valid_from: datetime | None = None
    conditions: Mapping[str, Any] | None = None
    shared_with: int = 0

    @property
    def key(self) -> dict[str, Any]:
        """What tells one offer from another."""
        return {"market_code": self.market_code, "code": self.code, "mode": self.mode}

    def stored(self) -> dict[str, Any]:
        """The columns that versions and drafts have alike. Raises Invalid."""
        return {
            "price": self.price.amount,
            "currency": self.price.currency,
            "validity_days": self.validity_days,
            "rates": unit_rates.checked(self.rates),
            "conditions": eligibility.stored(eligibility.conditions_of(self.conditions or {})),
        }
