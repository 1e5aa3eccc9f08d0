"""What sums tell of a report's measures and groups: which of them to read, and how. Nothing is read
that is finer than what is asked for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.core import clock, db
from app.insights.definition import Definition, Dimension
from app.insights.facts import Fact
from app.insights.measures import Tallies, tallies
from app.insights.models import Progress
from app.insights.models.rollups import NOBODY
from app.insights.rollups.rolling import BACKLOG
from app.markets.models import Market

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
# Which slices there are of sums that do not have all of them.
_OF_ALL_AGENTS, _OF_AN_AGENT = "AND agent_id = :nobody", "AND channel = '' AND topic = ''"
_SLICES = {
    "report_hour": f"{_OF_ALL_AGENTS} {_OF_AN_AGENT}",
    "report_whole_day": f"{_OF_ALL_AGENTS} {_OF_AN_AGENT}",
    "report_day": _OF_ALL_AGENTS,
    "report_month": _OF_ALL_AGENTS,
    "report_clock": _OF_ALL_AGENTS,
    "report_agent_day": _OF_AN_AGENT,
    "report_agent_month": _OF_AN_AGENT,
    "report_agent_clock": _OF_AN_AGENT,
}
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A period on one market's clock."""

    market: Market
    since: datetime
    until: datetime
    earlier: bool = False


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


def told(
    definition: Definition, bounds: Sequence[Bounds], by: Sequence[Dimension]
) -> dict[Keys, Tallies]:
    facts, found = _facts(definition), defaultdict[Keys, Any](tallies)
    if not bounds:
        return found
    if summed := facts - {Fact.BACKLOG}:
        _add(found, _sums(definition, bounds, by, sorted(summed)))
    if Fact.BACKLOG in facts:
        _add(found, _backlog(definition, bounds, by))
    return found


def _facts(definition: Definition) -> set[Fact]:
    return {fact for measure in definition.measures for fact in measure.needs}


def _add(found: defaultdict[Keys, Any], rows: Iterable[Any]) -> None:
    for *keys, fact, bucket, n, total in rows:
        found[tuple(keys)][Fact(fact)].add(bucket, n, total)


def _tables(definition: Definition, by: Sequence[Dimension]) -> tuple[str, str | None]:
    """The fewest sums that tell these dimensions apart, and those of whole months if they do."""
    asked = {*by, *definition.only}
    narrow = asked & {Dimension.CHANNEL, Dimension.TOPIC}
    hour, day, month, clocks = "report_figure", "report_figure", "report_slice_month", None
    if Dimension.AGENT not in asked:
        hour, day = (hour, "report_day") if narrow else ("report_hour", "report_whole_day")
        month, clocks = "report_month", "report_clock"
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


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def lines(definition: Definition, bounds: Sequence[Bounds], *, most: int) -> int:
    """How many groups the first of its facts has, counted no further than `most`: there are no
    fewer, and this is soon known. Backlogs, of midnights only, say nothing."""
    facts = sorted(_facts(definition) - {Fact.BACKLOG})
    if not bounds or not facts:
        return 0
    query, given = _grouped(definition, bounds, definition.by, facts[:1], [])
    # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - our own SELECT
    counted = text(f"SELECT count(*) FROM ({query} LIMIT :most) AS counted")  # noqa: S608
    return int(db.session.scalar(counted, given | {"most": most}) or 0)


def _sums(
    definition: Definition, bounds: Sequence[Bounds], by: Sequence[Dimension], facts: list[Fact]
) -> Iterable[Any]:
    spread = [fact for each in definition.measures if each.spread for fact in each.needs]
    query, given = _grouped(definition, bounds, by, facts, spread)
    return db.session.execute(text(query), given).all()


def _grouped(
    definition: Definition,
    bounds: Sequence[Bounds],
    by: Sequence[Dimension],
    facts: list[Fact],
    spread: list[Fact],
) -> tuple[str, dict[str, Any]]:
    """By bucket only what is `spread`."""
    where, given = filters(definition)
    given |= {
        "facts": [int(fact) for fact in facts],
        "spread": [int(fact) for fact in spread],
        "nobody": NOBODY,
    }
    parts = []
    for place, (table, stretch) in enumerate(_stretches(bounds, *_tables(definition, by))):
        parts.append(_part(table, by, where, place))
        given |= _given(table, stretch, place)
    keys = "".join(f"{each}, " for each in columns(by))
    query = f"""
        SELECT {keys} fact, bucket, CAST(sum(n) AS bigint), CAST(sum(total) AS bigint)
        FROM ({" UNION ALL ".join(parts)}) AS placed GROUP BY {keys} fact, bucket
    """  # noqa: S608 - names of ours, values as parameters
    return query, given


def _part(table: str, by: Sequence[Dimension], where: str, place: int) -> str:
    """One table's sums of a stretch. Added up by the group's number, and put into words after that:
    words for each row take longer. CASE, or it would reckon with a ninth of the rows, and sort."""
    things = ", ".join(["timezone", *(_STORED[each] for each in by if not each.is_time)])
    time = next((each for each in by if each.is_time), None)
    moment = f"{_ADDED_BY.get(time, 'hour')} AS moment," if time else ""
    local = "moment" if time in _ADDED_BY else "moment AT TIME ZONE timezone"
    return f"""
        (WITH period AS (
            SELECT * FROM unnest(CAST(:markets{place} AS text[]), CAST(:zones{place} AS text[]),
                CAST(:sinces{place} AS timestamptz[]), CAST(:untils{place} AS timestamptz[]))
                AS period (market_code, timezone, since, until)
        ), slice AS MATERIALIZED (
            SELECT id, since, until, {things},
                CAST(dense_rank() OVER (ORDER BY {things}) AS integer) AS number
            FROM report_slice JOIN period USING (market_code)
            WHERE true {_SLICES.get(table, "")} {where}
        ), named AS (
            SELECT DISTINCT number, {things} FROM slice
        ), summed AS (
            SELECT {moment} number, fact,
                CASE WHEN fact = ANY(:spread) THEN bucket ELSE 0 END AS spread,
                sum(n) AS n, sum(total) AS total
            FROM {table} JOIN slice ON slice.id = slice_id
            WHERE fact = ANY(:facts) AND hour >= :first{place} AND hour < :last{place}
                AND CASE WHEN hour >= since THEN hour < until END
            GROUP BY {"moment," if time else ""} number, fact, spread
        )
        SELECT {things}, {f"{local} AS local," if time else ""} fact, spread AS bucket, n, total
        FROM summed JOIN named USING (number))
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
