"""What a report asks: measures, groups, filters and a period, read from what people chose. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.core.errors import Invalid
from app.core.ids import id_in
from app.core.storable import is_storable
from app.insights.measures import MEASURES, WITHIN, Measure

MOST_MEASURES = 8
MOST_CHOSEN = 200
LONGEST_DAYS = 3 * 366
USUAL_WITHIN = 60


class Dimension(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR_OF_DAY = "hour_of_day"
    MARKET = "market"
    CHANNEL = "channel"
    TEAM = "team"
    AGENT = "agent"
    TOPIC = "topic"

    @property
    def is_time(self) -> bool:
        return self in _OF_TIME


_OF_TIME = frozenset(
    {Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH, Dimension.HOUR_OF_DAY}
)
FILTERS = tuple(each for each in Dimension if not each.is_time)


class Period(StrEnum):
    """Whole days of a market's own calendar; those that end today count as far as they are."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7 = "last_7"
    LAST_30 = "last_30"
    LAST_90 = "last_90"
    LAST_365 = "last_365"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    CHOSEN = "chosen"


_DAYS = {Period.LAST_7: 7, Period.LAST_30: 30, Period.LAST_90: 90, Period.LAST_365: 365}


@dataclass(frozen=True, slots=True)
class Days:
    """From one day up to, and without, another."""

    since: date
    until: date

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Definition:
    """`within` are the seconds of the service level; `chosen` the days of Period.CHOSEN."""

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...] = ()
    period: Period = Period.LAST_30
    chosen: Days | None = None
    only: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    within: int = USUAL_WITHIN

    @property
    def time(self) -> Dimension | None:
        return next((each for each in self.by if each.is_time), None)

    def days(self, today: date) -> Days:
        """The period on a calendar where it is that day."""
        if self.chosen is not None:
            return self.chosen
        tomorrow = today + timedelta(days=1)
        if self.period in _DAYS:
            return Days(tomorrow - timedelta(days=_DAYS[self.period]), tomorrow)
        month = today.replace(day=1)
        return {
            Period.TODAY: Days(today, tomorrow),
            Period.YESTERDAY: Days(today - timedelta(days=1), today),
            Period.THIS_MONTH: Days(month, tomorrow),
        }.get(self.period) or Days((month - timedelta(days=1)).replace(day=1), month)

    def days_before(self, today: date) -> Days:
        """What it is compared with: the month before a month, else as many days before."""
        days = self.days(today)
        if self.period in {Period.THIS_MONTH, Period.LAST_MONTH}:
            begin = (days.since - timedelta(days=1)).replace(day=1)
            return Days(begin, min(begin + (days.until - days.since), days.since))
        return Days(days.since - (days.until - days.since), days.since)

    def stored(self) -> dict[str, Any]:
        return {
            "measures": [each.name for each in self.measures],
            "by": [each.value for each in self.by],
            "period": self.period.value,
            "since": self.chosen.since.isoformat() if self.chosen else None,
            "until": self.chosen.last.isoformat() if self.chosen else None,
            "only": {each.value: list(values) for each, values in self.only.items()},
            "within": self.within,
        }


def read(given: Mapping[str, Any]) -> Definition:
    """As `stored` writes it, or as a form sends it. Raises Invalid naming what is wrong."""
    period = _one(Period, given.get("period", Period.LAST_30), "period")
    return Definition(
        measures=_measures(given.get("measures")),
        by=_by(given.get("by", ())),
        period=period,
        chosen=_chosen(given) if period is Period.CHOSEN else None,
        only=_only(given.get("only") or {}),
        within=_within(given.get("within", USUAL_WITHIN)),
    )


def _measures(given: Any) -> tuple[Measure, ...]:
    names = list(dict.fromkeys(_words(given, "measures")))
    if not 0 < len(names) <= MOST_MEASURES or not all(name in MEASURES for name in names):
        raise Invalid(field="measures")
    return tuple(MEASURES[name] for name in names)


def _by(given: Any) -> tuple[Dimension, ...]:
    if not isinstance(given, list | tuple):
        raise Invalid(field="by")
    found = tuple(dict.fromkeys(_one(Dimension, each, "by") for each in given if each))
    times = sum(each.is_time for each in found)
    if len(found) > 2 or times > 1:
        raise Invalid(field="by")
    return found


def _chosen(given: Mapping[str, Any]) -> Days:
    try:
        since = date.fromisoformat(str(given.get("since")))
        last = date.fromisoformat(str(given.get("until")))
    except ValueError:
        raise Invalid(field="since") from None
    if not since <= last or (last - since).days > LONGEST_DAYS or since.year < 2000:
        raise Invalid(field="until")
    if last.year > 2200:
        raise Invalid(field="until")
    return Days(since, last + timedelta(days=1))


def _only(given: Any) -> dict[Dimension, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise Invalid(field="only")
    found = {}
    for name, values in given.items():
        dimension = _one(Dimension, name, "only")
        if dimension not in FILTERS:
            raise Invalid(field="only")
        chosen = tuple(each for each in dict.fromkeys(_words(values, name)) if each)
        if len(chosen) > MOST_CHOSEN or not all(
            len(each) <= 60 and is_storable(each) for each in chosen
        ):
            raise Invalid(field=name)
        if dimension in {Dimension.TEAM, Dimension.AGENT}:
            chosen = tuple(_id(each, name) for each in chosen)
        if chosen:
            found[dimension] = chosen
    return found


def _words(given: Any, name: str) -> list[str]:
    is_list = isinstance(given, list | tuple)
    if not is_list or not all(isinstance(each, str) for each in given):
        raise Invalid(field=name)
    return list(given)


def _id(given: str, name: str) -> str:
    found = id_in(given)
    if found is None:
        raise Invalid(field=name)
    return str(found)


def _within(given: Any) -> int:
    try:
        seconds = int(str(given))
    except ValueError:
        raise Invalid(field="within") from None
    if seconds not in WITHIN:
        raise Invalid(field="within")
    return seconds


def _one(kind: Any, given: Any, name: str) -> Any:
    try:
        return kind(given)
    except ValueError:
        raise Invalid(field=name) from None
