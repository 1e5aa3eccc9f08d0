"""Days of a market as moments."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def midnight(day: date, timezone: str) -> datetime:
    """The moment with which a day begins there."""
    return datetime.combine(day, time(), ZoneInfo(timezone))
