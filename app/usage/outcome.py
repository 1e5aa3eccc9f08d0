"""What rating a record came to, and why: kept with the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from app.usage.roaming import TapCharge
from app.usage.tariffs import NOTHING, Part, Rated


@dataclass(frozen=True, slots=True)
class Tap:
    """A visited network's charge: its amount, the exchange rate of its day, and the markup."""

    charge: TapCharge
    rate: Decimal
    markup: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """`charged` is rounded, in the line's currency; `drawn` are units by bucket.

    `limited` where prepaid credit ended before the charge did.
    """

    charged: Decimal
    drawn: Mapping[UUID, int]
    priced: Rated = field(default=NOTHING)
    tap: Tap | None = None
    limited: bool = False

    def limited_to(self, amount: Decimal) -> "Outcome":
        return replace(self, charged=amount, limited=amount < self.charged)

    @property
    def bucket_id(self) -> UUID | None:
        """The only bucket it was drawn from."""
        return next(iter(self.drawn)) if len(self.drawn) == 1 else None

    @property
    def units(self) -> int | None:
        return next(iter(self.drawn.values())) if len(self.drawn) == 1 else None

    def because(self) -> dict[str, Any] | None:
        """All else as JSON, amounts as text; None where there is no more to say."""
        told: dict[str, Any] = {}
        if len(self.drawn) > 1:
            told["drawn"] = {str(key): units for key, units in self.drawn.items()}
        if self.priced.parts or self.priced.connect:
            told["parts"] = [_part(each) for each in self.priced.parts]
            told["connect"] = str(self.priced.connect)
        if self.tap is not None:
            told["tap"] = _tap(self.tap)
        if self.limited:
            told["limited"] = True
        return told or None


class StoredOutcome(Protocol):
    """What a row says of it."""

    charged: Decimal
    bucket_id: UUID | None
    units: int | None
    because: dict[str, Any] | None


def read(row: StoredOutcome) -> Outcome:
    """A stored record's outcome, with parts and rates as they were."""
    because = row.because or {}
    drawn = {UUID(key): units for key, units in because.get("drawn", {}).items()}
    if row.bucket_id is not None:
        drawn[row.bucket_id] = row.units or 0
    parts = tuple(
        Part(datetime.fromisoformat(each["at"]), each["units"], Decimal(each["price"]), each["per"])
        for each in because.get("parts", ())
    )
    tap = because.get("tap")
    return Outcome(
        row.charged,
        drawn,
        Rated(Decimal(because.get("connect", 0)), parts),
        tap=_read_tap(tap) if tap else None,
        limited=bool(because.get("limited", False)),
    )


def _part(part: Part) -> dict[str, Any]:
    return {
        "at": part.begins_at.isoformat(),
        "units": part.counted,
        "price": str(part.price),
        "per": part.per,
    }


def _tap(tap: Tap) -> dict[str, Any]:
    return {
        "amount": tap.charge.amount,
        "decimals": tap.charge.decimals,
        "currency": tap.charge.currency,
        "rate": str(tap.rate),
        "markup": str(tap.markup),
        "day": tap.day.isoformat(),
    }


def _read_tap(told: Mapping[str, Any]) -> Tap:
    return Tap(
        TapCharge(told["amount"], told["decimals"], told["currency"]),
        Decimal(told["rate"]),
        Decimal(told["markup"]),
        date.fromisoformat(told["day"]),
    )
