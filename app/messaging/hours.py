"""When an inbox is open, and when nobody is disturbed with notices. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core.errors import Invalid
from app.markets import working_time
from app.markets.working_time import CLOCK, DAYS, calendar, checked

__all__ = ["DAYS", "USUAL_QUIET", "checked", "checked_quiet", "is_open", "opens_at", "quiet_until"]

# Nobody wants her telephone to ring for a bill at night.
USUAL_QUIET = ("21:00", "08:00")
# Beyond a month of holidays it is not closed for the night.
_FARTHEST = 60


def is_open(
    hours: Mapping[str, Sequence[Sequence[str]]],
    moment: datetime,
    timezone: str,
    holidays: Collection[date] = (),
) -> bool:
    """Without hours always; on a holiday never."""
    return not hours or working_time.is_open(calendar(hours, timezone, holidays), moment)


def opens_at(
    hours: Mapping[str, Sequence[Sequence[str]]],
    moment: datetime,
    timezone: str,
    holidays: Collection[date] = (),
) -> datetime | None:
    """When it opens next, after a moment at which it is closed, by the market's clock; None when
    it never does."""
    works = calendar(hours, timezone, holidays)
    found = working_time.opens_at(works, moment, within_days=_FARTHEST)
    return found.astimezone(ZoneInfo(timezone)) if found else None


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
    fine = len(span) == 2 and all(isinstance(s, str) and CLOCK.fullmatch(s) for s in span)
    if not fine or span[0] == span[1] or "24:00" in span:
        raise Invalid(field="quiet_hours")
    return span
