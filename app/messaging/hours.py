"""When an inbox is open, and when nobody is disturbed with notices. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Nobody wants her telephone to ring for a bill at night.
USUAL_QUIET = ("21:00", "08:00")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")


def checked(hours: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Open times by weekday, each from before to. Raises Invalid; days left out are closed."""
    if not isinstance(hours, Mapping) or set(hours) - set(DAYS):
        raise Invalid(field="hours")
    return {day: [_span(each) for each in hours[day]] for day in DAYS if hours.get(day)}


def is_open(
    hours: Mapping[str, Sequence[Sequence[str]]],
    moment: datetime,
    timezone: str,
    holidays: Collection[date] = (),
) -> bool:
    """Without hours always; on a holiday never."""
    if not hours:
        return True
    here = moment.astimezone(ZoneInfo(timezone))
    if here.date() in holidays:
        return False
    clock = f"{here:%H:%M}"
    return any(begin <= clock < end for begin, end in hours.get(DAYS[here.weekday()], ()))


def quiet_until(quiet: Sequence[str], moment: datetime, timezone: str) -> datetime | None:
    """When the quiet that reigns at a moment ends; None when it does not, or there is none.

    `quiet` is from and to as clock times, over midnight too; empty for never.
    """
    if not quiet:
        return None
    here = moment.astimezone(ZoneInfo(timezone))
    begin, end = (time.fromisoformat(each) for each in quiet)
    within = begin <= here.time() < end if begin <= end else not end <= here.time() < begin
    if not within:
        return None
    day = here.date() if here.time() < end else here.date() + timedelta(days=1)
    return datetime.combine(day, end, ZoneInfo(timezone))


def checked_quiet(quiet: object) -> list[str]:
    """Raises Invalid unless it is two different clock times, or nothing."""
    if quiet == []:
        return []
    span = list(quiet) if isinstance(quiet, list | tuple) else []
    fine = len(span) == 2 and all(isinstance(s, str) and _CLOCK.fullmatch(s) for s in span)
    if not fine or span[0] == span[1] or "24:00" in span:
        raise Invalid(field="quiet_hours")
    return span


def _span(given: Sequence[str]) -> list[str]:
    span = [str(each) for each in given]
    if len(span) != 2 or not all(_CLOCK.fullmatch(each) for each in span) or span[0] >= span[1]:
        raise Invalid(field="hours")
    return span
