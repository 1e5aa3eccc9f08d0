"""What a found fact is, and what is known where it is looked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

ZONES = {
    "MX": "America/Mexico_City", "BR": "America/Sao_Paulo", "IN": "Asia/Kolkata", "CO": "America/Bogota",
    "AR": "America/Argentina/Buenos_Aires", "CL": "America/Santiago", "PE": "America/Lima",
    "GB": "Europe/London", "US": "America/New_York", "NG": "Africa/Lagos", "KE": "Africa/Nairobi",
    "ZA": "Africa/Johannesburg",
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Where and when a message was written: numbers and dates are read by it."""

    market: str = ""
    today: date = date.min

    @classmethod
    def of(cls, metadata: dict[str, Any] | None) -> "Setting":
        market = str((metadata or {}).get("market") or "").upper()
        return cls(market, datetime.now(ZoneInfo(ZONES.get(market, "UTC"))).date())


@dataclass(frozen=True)
class Fact:
    """One entity: its kind, its value in normal form, and where it stands."""

    kind: str
    value: str
    start: int
    end: int

    def overlaps(self, other: "Fact") -> bool:
        return self.start < other.end and other.start < self.end


def any_of(words: str) -> str:
    """Alternatives of a pattern out of words with spaces between; `_` is a space within one of them."""
    return "|".join(words.split()).replace("_", " ")
