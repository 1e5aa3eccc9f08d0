"""How long a market lets customers wait for the bot, and how long the bot remembers a talk."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app.core.errors import Invalid
from app.markets import policies

STUCK = "bot_stuck_minutes"
MEMORY = "bot_memory_days"
USUAL_MINUTES = 5
USUAL_DAYS = 30
_MOST_MINUTES = 24 * 60
_MOST_DAYS = 3650


def _whole(name: str, most: int) -> Callable[[Any], int]:
    def checked(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise Invalid(field=name)
        return value

    return checked


policies.declare(STUCK, _whole(STUCK, _MOST_MINUTES))
policies.declare(MEMORY, _whole(MEMORY, _MOST_DAYS))


def stuck_after(settings: Mapping[str, Any]) -> timedelta:
    return timedelta(minutes=settings.get(STUCK) or USUAL_MINUTES)


def remembered_for(settings: Mapping[str, Any]) -> timedelta:
    """Longer than a session of the bot, which is an hour: what is forgotten is never in use."""
    return timedelta(days=settings.get(MEMORY) or USUAL_DAYS)
