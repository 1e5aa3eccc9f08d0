"""Days and moments as people and machines write them, within the years that we reckon in.

One day more, another time zone and the database's clock all stay within the calendar then.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_interval

FIRST_YEAR, LAST_YEAR = 1900, 2999

When = TypeVar("When", bound=date)


def day(text: str) -> date:
    """Of 2026-04-30. Raises ValueError."""
    return within(date.fromisoformat(text))


def moment(text: str, timezone: str) -> datetime:
    """Of 2026-04-30T14:00, by the clock of an IANA time zone where it names no other. Raises
    ValueError."""
    found = within(datetime.fromisoformat(text))
    return found.replace(tzinfo=found.tzinfo or ZoneInfo(timezone)).astimezone(UTC)


def last_day(end: datetime, timezone: str) -> date:
    """Of what ends at a moment, by the clock of an IANA time zone: where a day begins with it, the
    day before."""
    return (end - timedelta(microseconds=1)).astimezone(ZoneInfo(timezone)).date()


def period_text(start: date, end: date, locale: Locale | str, *, short: bool = False) -> str:
    """A half-open period of days, told with its last day; of none, with its first."""
    last = max(start, end - timedelta(days=1))
    return format_interval(start, last, "yMd" if short else "yMMMd", locale=locale)


def within(when: When) -> When:
    """The same. Raises ValueError outside the years that we reckon in."""
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError("a year that we do not reckon in")
    return when
