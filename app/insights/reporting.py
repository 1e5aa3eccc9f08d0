"""A report's figures, from rollups alone: a few statements for any year."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Refusal
from app.core.i18n import lazy
from app.identity.models import Staff, Team
from app.insights import long_reports, summing
from app.insights.definition import Days, Definition, Dimension
from app.insights.facts import Fact
from app.insights.measures import Tallies, Tally, tallies
from app.insights.models import Progress
from app.insights.models.rollups import NOBODY
from app.insights.rollups.rolling import TICKET
from app.insights.summing import Bounds, Keys
from app.markets.queries import markets_of

# Of a year they are told within three seconds.
MOST_ROWS = 15_000
# A year's sums fit into it. In less they would be sorted in files, on the disk that chats wait for.
_IN_MEMORY = text("SET LOCAL work_mem = '64MB'")
# What is stored by an id or a code.
_NAMED = {Dimension.TEAM, Dimension.AGENT, Dimension.MARKET}


class ReportTooLong(Refusal):
    """Neither the page nor a table taken out would have all of it."""

    code = "report_too_long"
    message = lazy(
        "This report would have more than 15,000 lines, which nobody can read. Choose a shorter "
        "period, longer steps of time, or one group less."
    )


@dataclass(frozen=True, slots=True)
class Row:
    """`keys` are as stored, `names` as people read them; `before` is of the period before."""

    keys: Keys
    names: Keys
    values: Sequence[float | None]
    before: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Result:
    """`as_of` is up to when everything is counted, None before the first count."""

    definition: Definition
    days: Days
    rows: Sequence[Row]
    total: Row
    as_of: datetime | None


def figures(actor: Actor, definition: Definition) -> Result:
    """Of the reader's markets. Raises Forbidden without reports.read, ReportTooLong, and
    ReportsBusy."""
    actor.must("reports.read")
    bounds = bounds_of(actor, definition)
    zone = bounds[0].market.timezone if bounds else "UTC"
    days = definition.days(clock.today(zone))
    clocks = tuple((each.market.code, each.since, each.until) for each in bounds)
    return long_reports.in_turn(
        days,
        (json.dumps(definition.stored()), clocks),
        lambda: _counted(definition, bounds, days),
    )


def _counted(definition: Definition, bounds: Sequence[Bounds], days: Days) -> Result:
    db.session.execute(_IN_MEMORY)
    current = [each for each in bounds if not each.earlier]
    now = _told(definition, current)
    # Times are compared with none.
    things = () if definition.time else definition.by
    before = summing.told(definition, [each for each in bounds if each.earlier], things)
    whole, whole_before = _total(definition, current, now), _merged(before)
    names = _Names(definition.by, now, bounds)
    rows = [
        Row(keys, names.of(keys), _values(definition, told), _before(definition, keys, before))
        for keys, told in now.items()
    ]
    rows.sort(key=lambda row: _order(definition, row))
    total = Row((), (), _values(definition, whole), _values(definition, whole_before))
    mark = db.session.get(Progress, TICKET)
    shown = rows if definition.by else []
    return Result(definition, days, shown, total, mark.until if mark else None)


def bounds_of(actor: Actor, definition: Definition) -> list[Bounds]:
    """The period and the one before, on the clock of each market that is asked for and seen."""
    asked = definition.only.get(Dimension.MARKET)
    found = []
    for market in markets_of(actor):
        if asked and market.code not in asked:
            continue
        today = clock.today(market.timezone)
        for days, earlier in (
            (definition.days(today), False),
            (definition.days_before(today), True),
        ):
            since, until = (
                clock.midnight(day, market.timezone) for day in (days.since, days.until)
            )
            found.append(Bounds(market, since, until, earlier))
    return found


def _told(definition: Definition, bounds: Sequence[Bounds]) -> dict[Keys, Tallies]:
    """Where there may be too many it is asked before they are told."""
    by = {*definition.by}
    many = (Dimension.HOUR in by and len(by) > 1) or {Dimension.DAY, Dimension.AGENT} <= by
    if many and summing.lines(definition, bounds, most=MOST_ROWS + 1) > MOST_ROWS:
        raise ReportTooLong
    told = summing.told(definition, bounds, definition.by)
    if len(told) > MOST_ROWS:
        raise ReportTooLong
    return told


def _total(definition: Definition, bounds: Sequence[Bounds], told: dict[Keys, Tallies]) -> Tallies:
    """Sums of sums. Where there are times it is asked for by itself: a backlog is no sum of days,
    and of months there are few sums."""
    if definition.time is None:
        return _merged(told)
    return summing.told(definition, bounds, ()).get((), tallies())


def _merged(told: dict[Keys, Tallies]) -> defaultdict[Fact, Tally]:
    whole = tallies()
    for each in told.values():
        for fact, tally in each.items():
            for bucket, n in tally.buckets.items():
                whole[fact].add(bucket, n, 0)
            whole[fact].total += tally.total
    return whole


def _values(definition: Definition, told: Tallies) -> list[float | None]:
    return [measure.value(told, definition.within) for measure in definition.measures]


def _before(definition: Definition, keys: Keys, before: dict[Keys, Tallies]) -> list[float | None]:
    """Of the same thing; days have none."""
    if definition.time is not None:
        return [None] * len(definition.measures)
    return _values(definition, before.get(keys) or tallies())


def _order(definition: Definition, row: Row) -> Any:
    """Times as they passed, things by the first measure, most first."""
    first = row.values[0]
    most = -(first if first is not None else float("-inf"))
    times = [
        key for key, dimension in zip(row.keys, definition.by, strict=True) if dimension.is_time
    ]
    return (times, most, row.names)


class _Names:
    """What people read for keys, in at most two statements."""

    def __init__(
        self, by: Sequence[Dimension], told: Iterable[Keys], bounds: Iterable[Bounds]
    ) -> None:
        self._by = by
        self._known: dict[str, str] = {each.market.code: each.market.name for each in bounds}
        self._known[str(NOBODY)] = ""
        for place, dimension in enumerate(by):
            model: Any = {Dimension.TEAM: Team, Dimension.AGENT: Staff}.get(dimension)
            if model is not None:
                ids = {UUID(keys[place]) for keys in told} - {NOBODY}
                query = select(model.id, model.name).where(model.id.in_(ids))
                self._known |= {str(row.id): row.name for row in db.session.execute(query)}

    def of(self, keys: Keys) -> Keys:
        return tuple(
            self._known.get(key, "") if dimension in _NAMED else key
            for key, dimension in zip(keys, self._by, strict=True)
        )
