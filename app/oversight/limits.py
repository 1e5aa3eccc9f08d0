"""What a market takes for an odd look at data. Pure; stored as the setting `access_alerts`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import time
from typing import Any

from app.core.errors import Invalid
from app.markets import policies

SETTING = "access_alerts"
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """`bulk` customers an hour and `run` neighbouring numbers an hour are still usual; between
    `odd_from` and `odd_until`, by the market's clock, nobody need look at all."""

    bulk: int = 60
    run: int = 8
    odd_from: str = "22:00"
    odd_until: str = "06:00"
    relatives: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Limits":
        """Raises Invalid for what cannot be read."""
        chosen = settings.get(SETTING) or {}
        names = {each.name for each in fields(cls)}
        if not isinstance(chosen, Mapping) or not names >= set(chosen):
            raise Invalid(field=SETTING)
        limits = cls(**chosen)
        if not limits.is_sound():
            raise Invalid(field=SETTING)
        return limits

    def is_sound(self) -> bool:
        numbers = (self.bulk, self.run)
        if not all(type(each) is int and 1 <= each <= _MOST for each in numbers):
            return False
        return type(self.relatives) is bool and all(map(_is_time, (self.odd_from, self.odd_until)))

    def told(self) -> dict[str, Any]:
        return asdict(self)


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 5 and time.fromisoformat(value) is not None
    except ValueError:
        return False


policies.declare(SETTING, lambda chosen: Limits.of({SETTING: chosen}))
