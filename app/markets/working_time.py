"""When people work, by the clock on their wall; working time counted between moments. Pure.

A moment is open when the clock on the wall then shows a time within the day's hours: so an hour
that a change of the clocks leaves out is worked by nobody, one that comes twice is worked twice.
All arithmetic is done in UTC, exact to the microsecond.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.core.errors import Invalid
from app.markets.errors import NoWorkingTime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Whoever opens no more within ten years does not open.
FARTHEST = 3660
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

Span = tuple[timedelta, timedelta]
_NOTHING = timedelta(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` holds the open spans of Monday to Sunday, from and to as time since midnight by the
    clock on the wall, in their order and apart. Of a day in `own_days` that one's spans hold; on
    another of the `holidays` nobody works."""

    timezone: str
    week: tuple[tuple[Span, ...], ...]
    holidays: Collection[date] = field(default=frozenset())
    own_days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        if day in self.own_days:
            return self.own_days[day]
        return () if day in self.holidays else self.week[day.weekday()]

    @property
    def is_always(self) -> bool:
        whole = ((_NOTHING, _DAY),)
        return not self.own_days and not self.holidays and all(day == whole for day in self.week)


ALWAYS = Calendar("UTC", (((_NOTHING, _DAY),),) * 7)


def calendar(
    hours: Mapping[str, Sequence[Sequence[str]]],
    timezone: str,
    holidays: Collection[date] = frozenset(),
    own_days: Mapping[date, Sequence[Sequence[str]]] | None = None,
) -> Calendar:
    """Hours as `checked` gives them."""
    week = tuple(_apart(hours.get(day, ())) for day in DAYS)
    special = {day: _apart(spans) for day, spans in (own_days or {}).items()}
    return Calendar(timezone, week, holidays, special)


def checked(hours: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Open times by weekday, each from before to. Raises Invalid; days left out are closed."""
    if not isinstance(hours, Mapping) or set(hours) - set(DAYS):
        raise Invalid(field="hours")
    return {day: [checked_span(each) for each in hours[day]] for day in DAYS if hours.get(day)}


def must_work(works: Calendar) -> None:
    """Raises NoWorkingTime for a week without any: nothing would fall due by it."""
    if not any(works.week):
        raise NoWorkingTime


def checked_span(given: Sequence[str]) -> list[str]:
    span = [str(each) for each in given]
    if len(span) != 2 or not all(CLOCK.fullmatch(each) for each in span) or span[0] >= span[1]:
        raise Invalid(field="hours")
    return span


def is_open(works: Calendar, moment: datetime) -> bool:
    here = moment.astimezone(ZoneInfo(works.timezone))
    since_midnight = here.replace(tzinfo=None) - datetime.combine(here.date(), time())
    return any(begin <= since_midnight < end for begin, end in works.spans(here.date()))


def opens_at(works: Calendar, moment: datetime, *, within_days: int = FARTHEST) -> datetime | None:
    """The first open moment from this one on, in UTC; None when there is none so soon."""
    return next((begin for begin, _end in open_times(works, moment, within_days)), None)


def worked(works: Calendar, since: datetime, until: datetime) -> timedelta:
    """How much of the time from one moment to a later one is open; nothing when it is none."""
    # Python tells moments of one zone apart by the clock on the wall.
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if until <= since:
        return _NOTHING
    if works.is_always:
        return until - since
    days = (until - since).days + 2
    times = open_times(works, since, days)
    return sum((min(e, until) - b for b, e in times if b < until), _NOTHING)


def due(works: Calendar, since: datetime, amount: timedelta) -> datetime:
    """The first moment by which so much open time has passed, in UTC. Raises NoWorkingTime when
    ten years do not hold so much."""
    since = since.astimezone(UTC)
    if amount <= _NOTHING:
        return since
    if works.is_always:
        return since + amount
    for begin, end in open_times(works, since):
        if end - begin >= amount:
            return begin + amount
        amount -= end - begin
    raise NoWorkingTime


def open_times(
    works: Calendar, since: datetime, days: int = FARTHEST
) -> Iterator[tuple[datetime, datetime]]:
    """Each open stretch from a moment on, in UTC and in order, of that many days."""
    start = since.astimezone(UTC).replace(tzinfo=None)
    for later in range(days + 1):
        for begin, end, ahead in _even_parts(works.timezone, start.date() + later * _DAY):
            for opens, closes in _open_within(works, begin + ahead, end + ahead):
                if closes - ahead > start:
                    yield _aware(max(opens - ahead, start)), _aware(closes - ahead)


def _open_within(
    works: Calendar, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """By the clock on the wall, which runs evenly from one to the other."""
    day = begin.date()
    while (midnight := datetime.combine(day, time())) < end:
        for opens, closes in works.spans(day):
            from_, to = max(midnight + opens, begin), min(midnight + closes, end)
            if from_ < to:
                yield from_, to
        day += _DAY


@lru_cache(maxsize=8192)
def _even_parts(timezone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """A day of UTC in parts that the clock on the wall runs through evenly, with how far it is
    ahead. No zone changes its clocks twice a day."""
    zone = ZoneInfo(timezone)
    begin = datetime.combine(day, time())
    end = begin + _DAY
    ahead, ahead_after = _ahead(zone, begin), _ahead(zone, end)
    if ahead == ahead_after:
        return ((begin, end, ahead),)
    low, high = 0, int(_DAY.total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        is_after = _ahead(zone, begin + timedelta(seconds=middle)) != ahead
        low, high = (low, middle) if is_after else (middle, high)
    change = begin + timedelta(seconds=high)
    return (begin, change, ahead), (change, end, ahead_after)


def _ahead(zone: ZoneInfo, utc: datetime) -> timedelta:
    return _aware(utc).astimezone(zone).utcoffset() or _NOTHING


def _aware(utc: datetime) -> datetime:
    return utc.replace(tzinfo=UTC)


def _apart(spans: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """In order; those that meet or overlap are one."""
    found: list[Span] = []
    for begin, end in sorted((_since_midnight(b), _since_midnight(e)) for b, e in spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return tuple(found)


def _since_midnight(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
