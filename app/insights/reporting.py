"""A report's figures, from rollups alone: a few statements for any year."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from app.core import clock, db
from app.core.actor import Actor
from app.identity.models import Staff, Team
from app.insights import long_reports
from app.insights.definition import Days, Definition, Dimension
from app.insights.facts import Fact
from app.insights.measures import Tallies, Tally, tallies
from app.insights.models import Progress
from app.insights.models.rollups import NOBODY
from app.insights.rollups.rolling import BACKLOG, TICKET
from app.markets.models import Market
from app.markets.queries import markets_of

MOST_ROWS = 20_000
_STORED = {
    Dimension.MARKET: "market_code",
    Dimension.CHANNEL: "channel",
    Dimension.TEAM: "team_id",
    Dimension.AGENT: "agent_id",
    Dimension.TOPIC: "topic",
}
_COLUMNS = _STORED | {
    Dimension.TEAM: "CAST(team_id AS text)",
    Dimension.AGENT: "CAST(agent_id AS text)",
}
# `local` is the hour on its market's clock.
_TIMES = {
    Dimension.HOUR: "to_char(local, 'YYYY-MM-DD HH24:00')",
    Dimension.DAY: "to_char(local, 'YYYY-MM-DD')",
    Dimension.WEEK: "to_char(date_trunc('week', local), 'YYYY-MM-DD')",
    Dimension.MONTH: "to_char(local, 'YYYY-MM')",
    Dimension.HOUR_OF_DAY: "to_char(local, 'HH24:00')",
}
# What is added up by something longer than it is stored by, on its market's clock as well.
_ADDED_BY = {
    Dimension.WEEK: "date_trunc('week', hour AT TIME ZONE timezone)",
    Dimension.HOUR_OF_DAY: "DATE '2000-01-01' + CAST(hour AT TIME ZONE timezone AS time)",
}
# Sums by the hour of the day, whose hours are as if UTC were their market's clock.
_CLOCKS = {"report_clock", "report_agent_clock"}
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A period on one market's clock."""

    market: Market
    since: datetime
    until: datetime
    earlier: bool = False


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
    """Of the reader's markets. Raises Forbidden without reports.read, and ReportsBusy."""
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
    current = [each for each in bounds if not each.earlier]
    now = _told_as_shown(definition, current)
    # Times are compared with none.
    things = () if definition.time else definition.by
    before = _told(definition, [each for each in bounds if each.earlier], things)
    whole, whole_before = _total(definition, current, now), _merged(before)
    names = _Names(definition.by, now)
    rows = [
        Row(keys, names.of(keys), _values(definition, told), _before(definition, keys, before))
        for keys, told in now.items()
    ]
    rows.sort(key=lambda row: _order(definition, row))
    total = Row((), (), _values(definition, whole), _values(definition, whole_before))
    mark = db.session.get(Progress, TICKET)
    shown = rows[:MOST_ROWS] if definition.by else []
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


def filters(definition: Definition) -> tuple[str, dict[str, Any]]:
    """As SQL over report_slice, with its values."""
    parts, given = [], {}
    for dimension, values in definition.only.items():
        if dimension is not Dimension.MARKET:
            parts.append(f"AND {_COLUMNS[dimension]} = ANY(:only_{dimension.value})")
            given[f"only_{dimension.value}"] = list(values)
    return " ".join(parts), given


def columns(by: Iterable[Dimension]) -> list[str]:
    """The SQL of each, over report_slice and `local`."""
    return [_COLUMNS.get(each) or _TIMES[each] for each in by]


def midnights(bounds: Bounds, time: Dimension | None) -> list[datetime]:
    """Those at which the backlog was counted and which end a group of the period."""
    mark = db.session.get(Progress, f"{BACKLOG} {bounds.market.code}")
    last = min(bounds.until, mark.until) if mark else bounds.since
    zone = ZoneInfo(bounds.market.timezone)
    ends: dict[str, datetime] = {}
    day = bounds.since.astimezone(zone).date() + timedelta(days=1)
    while (midnight := clock.midnight(day, bounds.market.timezone)) <= last:
        ends[_group_of(time, day - timedelta(days=1))] = midnight
        day += timedelta(days=1)
    return list(ends.values())


def _group_of(time: Dimension | None, day: Any) -> str:
    if time in {Dimension.DAY, Dimension.HOUR}:
        return str(day)
    if time is Dimension.WEEK:
        return str(day.isocalendar()[:2])
    return str(day)[:7] if time is Dimension.MONTH else ""


def _told_as_shown(definition: Definition, bounds: Sequence[Bounds]) -> dict[Keys, Tallies]:
    """Where there may be more than anybody is shown, no further than it takes to show the first."""
    told: dict[Keys, Tallies] = {}
    by = {*definition.by}
    many = (Dimension.HOUR in by and len(by) > 1) or {Dimension.DAY, Dimension.AGENT} <= by
    for each in _steps(bounds) if many else [bounds]:
        told |= _told(definition, each, definition.by)
        if len(told) > MOST_ROWS:
            break
    return told


def _steps(bounds: Sequence[Bounds]) -> Iterator[list[Bounds]]:
    """The period's first week on each market's clock, then two weeks, then four, and so on."""
    begins = min((each.since.date() for each in bounds), default=date.max)
    ends = max((each.until.date() for each in bounds), default=date.min)
    length = timedelta(days=7)
    while begins < ends:
        step = (
            replace(
                each,
                since=max(each.since, clock.midnight(begins, each.market.timezone)),
                until=min(each.until, clock.midnight(begins + length, each.market.timezone)),
            )
            for each in bounds
        )
        yield [each for each in step if each.since < each.until]
        begins += length
        length *= 2


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _told(
    definition: Definition, bounds: Sequence[Bounds], by: Sequence[Dimension]
) -> dict[Keys, Tallies]:
    facts = {fact for measure in definition.measures for fact in measure.needs}
    found: dict[Keys, Any] = {}
    if summed := facts - {Fact.BACKLOG}:
        _add(found, _sums(definition, bounds, by, sorted(summed)))
    if Fact.BACKLOG in facts:
        _add(found, _backlog(definition, bounds, by))
    return found


def _add(found: dict[Keys, Any], rows: Iterable[Any]) -> None:
    for *keys, fact, bucket, n, total in rows:
        told = found.setdefault(tuple(keys), tallies())
        told[Fact(fact)].add(bucket, n, int(total))


def _tables(definition: Definition, by: Sequence[Dimension]) -> tuple[str, str | None]:
    """The fewest sums that tell these dimensions apart, and those of whole months if they do."""
    asked = {*by, *definition.only}
    narrow = asked & {Dimension.CHANNEL, Dimension.TOPIC}
    hour, day, month, clocks = "report_figure", "report_figure", "report_slice_month", None
    if Dimension.AGENT not in asked:
        hour = hour if narrow else "report_hour"
        day, month, clocks = "report_day", "report_month", "report_clock"
    elif not narrow:
        day, month, clocks = "report_agent_day", "report_agent_month", "report_agent_clock"
    if Dimension.HOUR in asked:
        return hour, None
    if Dimension.HOUR_OF_DAY in asked:
        return hour, clocks
    return day, None if asked & {Dimension.DAY, Dimension.WEEK} else month


def _stretches(
    bounds: Sequence[Bounds], table: str, whole: str | None
) -> Iterator[tuple[str, list[Bounds]]]:
    """Whole months and what is before and after them on each market's clock, each with its sums."""
    before, months, after = [], [], []
    for each in bounds:
        first = _month_after(each.since.date() - timedelta(days=1))
        last = each.until.date().replace(day=1)
        if whole is None or first >= last:
            before.append(each)
            continue
        begins, ends = (clock.midnight(day, each.market.timezone) for day in (first, last))
        before.append(replace(each, until=begins))
        months.append(replace(each, since=begins, until=ends))
        after.append(replace(each, since=ends))
    for sums, parts in ((table, before), (whole, months), (table, after)):
        some = [each for each in parts if each.since < each.until]
        if sums and some:
            yield sums, some


def _sums(
    definition: Definition, bounds: Sequence[Bounds], by: Sequence[Dimension], facts: list[int]
) -> Iterable[Any]:
    where, given = filters(definition)
    given |= {
        "facts": facts,
        "spread": [int(fact) for each in definition.measures if each.spread for fact in each.needs],
    }
    parts = []
    for place, (table, stretch) in enumerate(_stretches(bounds, *_tables(definition, by))):
        parts.append(_part(table, by, where, place))
        given |= _given(table, stretch, place)
    if not parts:
        return []
    keys = "".join(f"{each}, " for each in columns(by))
    query = f"""
        SELECT {keys} fact, bucket, CAST(sum(n) AS bigint), CAST(sum(total) AS bigint)
        FROM ({" UNION ALL ".join(parts)}) AS placed GROUP BY {keys} fact, bucket
    """  # noqa: S608 - names of ours, values as parameters
    return db.session.execute(text(query), given)


def _part(table: str, by: Sequence[Dimension], where: str, place: int) -> str:
    """One table's sums of a stretch. Added up by what is stored, and put into words after that:
    words for each row take longer. CASE, or it would reckon with a ninth of the rows, and sort."""
    things = {_STORED[each]: _STORED[each] for each in by if not each.is_time}
    stored, told = dict(things), list(things)
    for time in (each for each in by if each.is_time):
        stored |= {"moment": _ADDED_BY.get(time, "hour"), "timezone": "timezone"}
        told.append(
            "moment AS local" if time in _ADDED_BY else "moment AT TIME ZONE timezone AS local"
        )
    return f"""
        (WITH period AS (
            SELECT * FROM unnest(CAST(:markets{place} AS text[]), CAST(:zones{place} AS text[]),
                CAST(:sinces{place} AS timestamptz[]), CAST(:untils{place} AS timestamptz[]))
                AS period (market_code, timezone, since, until)
        ), slice AS MATERIALIZED (
            SELECT * FROM report_slice JOIN period USING (market_code) WHERE true {where}
        ), summed AS (
            SELECT {"".join(f"{sql} AS {name}, " for name, sql in stored.items())} fact,
                CASE WHEN fact = ANY(:spread) THEN bucket ELSE 0 END AS spread,
                sum(n) AS n, sum(total) AS total
            FROM {table} JOIN slice ON slice.id = slice_id
            WHERE fact = ANY(:facts) AND hour >= :first{place} AND hour < :last{place}
                AND CASE WHEN hour >= since THEN hour < until END
            GROUP BY {"".join(f"{name}, " for name in stored)} fact, spread
        )
        SELECT {"".join(f"{each}, " for each in told)} fact, spread AS bucket, n, total FROM summed)
    """  # noqa: S608 - names of ours, values as parameters


def _given(table: str, stretch: Sequence[Bounds], place: int) -> dict[str, Any]:
    sinces, untils = ([getattr(each, end) for each in stretch] for end in ("since", "until"))
    zones = [each.market.timezone for each in stretch]
    if table in _CLOCKS:
        sinces, untils = ([each.replace(tzinfo=UTC) for each in ends] for ends in (sinces, untils))
        zones = ["UTC"] * len(stretch)
    return {
        f"markets{place}": [each.market.code for each in stretch],
        f"zones{place}": zones,
        f"sinces{place}": sinces,
        f"untils{place}": untils,
        f"first{place}": min(sinces),
        f"last{place}": max(untils),
    }


def _backlog(
    definition: Definition, bounds: Sequence[Bounds], by: Sequence[Dimension]
) -> Iterable[Any]:
    time = next((each for each in by if each.is_time), None)
    ends = [(each.market, midnight) for each in bounds for midnight in midnights(each, time)]
    where, given = filters(definition)
    given |= {
        "markets": [market.code for market, _ in ends],
        "zones": [market.timezone for market, _ in ends],
        "ends": [midnight for _, midnight in ends],
        "backlog": int(Fact.BACKLOG),
    }
    keys, (table, _) = "".join(f"{each}, " for each in columns(by)), _tables(definition, by)
    # Midnights are put beside what was counted at them, not beside each slice.
    query = f"""
        WITH counted AS MATERIALIZED (
            SELECT * FROM {table} JOIN report_slice ON report_slice.id = slice_id
            WHERE fact = :backlog AND hour = ANY(CAST(:ends AS timestamptz[])) {where}
        )
        SELECT {keys} fact, bucket, CAST(sum(n) AS bigint), CAST(sum(total) AS bigint)
        FROM (
            SELECT counted.*, (hour - interval '1 second') AT TIME ZONE timezone AS local
            FROM counted JOIN unnest(CAST(:markets AS text[]), CAST(:zones AS text[]),
                CAST(:ends AS timestamptz[])) AS period (code, timezone, at)
                ON hour = at AND market_code = code
        ) AS placed
        GROUP BY {keys} fact, bucket
    """  # noqa: S608 - names of ours, values as parameters
    return db.session.execute(text(query), given)


def _total(definition: Definition, bounds: Sequence[Bounds], told: dict[Keys, Tallies]) -> Tallies:
    """Sums of sums. Where there are times it is asked for by itself: a backlog is no sum of days,
    and not each hour may have been told."""
    if definition.time is None:
        return _merged(told)
    return _told(definition, bounds, ()).get((), tallies())


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

    def __init__(self, by: Sequence[Dimension], told: Iterable[Keys]) -> None:
        self._by = by
        self._known: dict[str, str] = {str(NOBODY): ""}
        for place, dimension in enumerate(by):
            model: Any = {Dimension.TEAM: Team, Dimension.AGENT: Staff}.get(dimension)
            if model is not None:
                ids = {UUID(keys[place]) for keys in told} - {NOBODY}
                query = select(model.id, model.name).where(model.id.in_(ids))
                self._known |= {str(row.id): row.name for row in db.session.execute(query)}

    def of(self, keys: Keys) -> Keys:
        return tuple(
            self._known.get(key, "") if dimension in {Dimension.TEAM, Dimension.AGENT} else key
            for key, dimension in zip(keys, self._by, strict=True)
        )
