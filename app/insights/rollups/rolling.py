"""Keeping the figures of reports: what is new or changed is told again, hour by hour.

One runner at a time. It looks through what began since its mark, takes what listeners called stale,
and never writes where a message is on its way.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.core.turns import take_turn
from app.insights import facts
from app.insights.models import Progress, Stale, StaleHour
from app.insights.models.rollups import NOBODY
from app.insights.rollups import facts_sql, sums_sql
from app.markets.models import Market
from app.markets.queries import all_markets

TICKET, TALK, SURVEYS, TIME, BACKLOG = "ticket", "talk", "surveys", "time", "backlog"
# Rows that committed late carry an earlier time than the mark.
OVERLAP = timedelta(hours=1)
# A first answer changes no ticket: those that had none are looked at again for so long.
_ANSWER_WITHIN = timedelta(days=3)
_AT_ONCE = 20_000
_HOUR = timedelta(hours=1)
# So much of a long past is gone through at a time; of agents' time so much.
_SPAN = timedelta(days=7)
_STRETCH = timedelta(days=1)

_FIRST = {
    TICKET: "SELECT min(created_at) FROM ticket",
    TALK: "SELECT min(created_at) FROM conversation",
    SURVEYS: "SELECT min(asked_hour) FROM survey",
    TIME: "SELECT min(began_at) FROM agent_spell",
    BACKLOG: "SELECT min(created_at) FROM report_case",
}
# What sums the hours that were called stale, and which facts.
_SUMS = {
    TICKET: (sums_sql.SUM_CASES, facts.OF_CASES),
    TALK: (sums_sql.SUM_TALKS, facts.OF_TALKS),
    SURVEYS: (sums_sql.SUM_SURVEYS, facts.OF_SURVEYS),
}

_NEW = {
    TICKET: """
        INSERT INTO report_stale (kind, object_id)
        SELECT 'ticket', id FROM ticket WHERE created_at >= :since AND created_at < :until
        AND merged_into_id IS NULL AND NOT EXISTS (
            SELECT FROM report_case WHERE report_case.ticket_id = ticket.id)
        ON CONFLICT DO NOTHING
    """,
    TALK: """
        INSERT INTO report_stale (kind, object_id)
        SELECT 'talk', id FROM conversation
        WHERE created_at >= :since AND created_at < :until AND last_seq > 0 AND NOT EXISTS (
            SELECT FROM report_talk WHERE report_talk.conversation_id = conversation.id)
        ON CONFLICT DO NOTHING
    """,
}
_UNANSWERED = """
    INSERT INTO report_stale (kind, object_id)
    SELECT 'ticket', report_case.ticket_id FROM report_case LEFT JOIN LATERAL (
        SELECT count(*) > 0 AS clocked, bool_or(goal = 'first_response')
            AND bool_or(goal <> 'resolution' AND outcome = 'answered') AS answered
        FROM ticket_clock WHERE ticket_clock.ticket_id = report_case.ticket_id
    ) AS promise ON true
    WHERE opened_hour >= :since AND response_ms IS NULL
        AND (answered OR NOT clocked AND accepted_at IS NOT NULL)
    ON CONFLICT DO NOTHING
"""
# The bot's first turn changes a talk without a word to us.
_UNMET = """
    INSERT INTO report_stale (kind, object_id)
    SELECT 'talk', conversation_id FROM report_talk JOIN conversation ON id = conversation_id
    WHERE started_hour >= :since AND (with_bot <> (bot_seq > 0)
        OR handed_over <> (handed_over_at IS NOT NULL))
    ON CONFLICT DO NOTHING
"""
_STALE_CASES = """
    INSERT INTO report_stale (kind, object_id)
    SELECT 'ticket', id FROM ticket LEFT JOIN report_case ON ticket_id = id
    WHERE ticket.created_at >= :since AND ticket.created_at < :until
        OR ticket.resolved_at >= :since AND ticket.resolved_at < :until
        OR report_case.solved_hour >= :since AND report_case.solved_hour < :until
        OR report_case.resolved_hour >= :since AND report_case.resolved_hour < :until
    ON CONFLICT DO NOTHING
"""
_STALE_TALKS = """
    INSERT INTO report_stale (kind, object_id)
    SELECT 'talk', id FROM conversation LEFT JOIN report_talk ON conversation_id = id
    WHERE conversation.created_at >= :since AND conversation.created_at < :until
        OR conversation.rated_at >= :since AND conversation.rated_at < :until
        OR report_talk.rated_hour >= :since AND report_talk.rated_hour < :until
    ON CONFLICT DO NOTHING
"""
_STALE_SURVEYS = """
    INSERT INTO report_stale_hour (kind, hour)
    SELECT DISTINCT 'surveys', hour FROM survey
    CROSS JOIN LATERAL (VALUES (asked_hour), (answered_hour)) AS touched (hour)
    WHERE hour > :since
    ON CONFLICT DO NOTHING
"""


def mark_stale(kind: str, ids: Iterable[UUID | None]) -> None:
    """Their facts are told again at the next run. Joins the caller's transaction."""
    rows = [{"kind": kind, "object_id": each} for each in ids if each is not None]
    if rows:
        db.session.execute(insert(Stale).values(rows).on_conflict_do_nothing())


def roll_up() -> int:
    """Bring every figure up to date; beat runs this every minute. Returns how many facts."""
    return _roll_up(clock.now())


def recompute(since: datetime, until: datetime) -> int:
    """Tell everything of these hours again from its rows, whatever was known of it."""
    given = {"since": since, "until": until}
    with db.transaction():
        _begin()
        _run(_STALE_CASES, given)
        _run(_STALE_TALKS, given)
    return _roll_up(since)


def tell_anew(forget: str, told: str, given: dict[str, Any]) -> None:
    """Hours, and with them what is made of them. Joins the caller's transaction."""
    _run(sums_sql.BEGIN_CHANGES)
    _run(sums_sql.TAKE_OFF.format(forget=forget), given)
    _run(sums_sql.PUT_ON.format(told=told), given)
    _run(sums_sql.CHANGES)
    _run(sums_sql.COUNT_CHANGES)
    _run(sums_sql.WIDER_SLICES, {"nobody": NOBODY})
    for carry in sums_sql.WIDER_SUMS:
        _run(carry, {"nobody": NOBODY})
    _run(sums_sql.FORGET_CHANGES)


def _roll_up(since: datetime) -> int:
    """What is summed by time is summed again from `since`, or from its mark where that is before.

    Each part is a transaction of its own: a run that is ended goes on where it was.
    """
    now = clock.now()
    for kind in _NEW:
        _look_through(kind, now)
    with db.transaction():
        _run(_UNANSWERED, {"since": now - _ANSWER_WITHIN})
        _run(_UNMET, {"since": now - _ANSWER_WITHIN})
    told = _work_off(TICKET, _tell_cases) + _work_off(TALK, _tell_talks)
    _look_through_surveys(min(since, _mark_of(SURVEYS)), now)
    for kind in _SUMS:
        _sum_hours(kind)
    _sum_time(min(since, _mark_of(TIME)), now)
    for market in all_markets():
        _sum_backlogs(market, since, now)
    return told


def _look_through(kind: str, now: datetime) -> None:
    for since, until in _parts(_mark_of(kind), now, _SPAN):
        with db.transaction():
            _begin()
            _run(_NEW[kind], {"since": since - OVERLAP, "until": until})
            _set_mark(kind, until)


def _look_through_surveys(since: datetime, now: datetime) -> None:
    """Few and narrow, so their hours since the mark are simply told again."""
    with db.transaction():
        _begin()
        # An hour is the moment with which it begins.
        _run(_STALE_SURVEYS, {"since": since - OVERLAP - _HOUR})
        _set_mark(SURVEYS, now)


def _work_off(kind: str, tell: Callable[[list[UUID]], None]) -> int:
    told = 0
    while True:
        with db.transaction():
            _begin()
            ids = _taken(kind)
            if ids:
                tell(ids)
        told += len(ids)
        if not ids:
            return told


def _taken(kind: str) -> list[UUID]:
    some = select(Stale.object_id).where(Stale.kind == kind).order_by(Stale.object_id)
    chosen = delete(Stale).where(Stale.kind == kind, Stale.object_id.in_(some.limit(_AT_ONCE)))
    return list(db.session.scalars(chosen.returning(Stale.object_id)))


def _tell_cases(ids: list[UUID]) -> None:
    given = {"ids": ids, "nobody": NOBODY}
    _run(facts_sql.CASE_HOURS, given)
    _run(facts_sql.TELL_CASES, given)
    _run(facts_sql.WRITE_SLICES)
    _run(facts_sql.WRITE_CASES)
    _run(facts_sql.BEFORE_THEM, given)
    _run(facts_sql.FORGET_CASES, given)
    _run(facts_sql.FORGET_TOLD)
    _run(facts_sql.CASE_HOURS, given)


def _tell_talks(ids: list[UUID]) -> None:
    given = {"ids": ids, "nobody": NOBODY}
    _run(facts_sql.TALK_HOURS, given)
    _run(facts_sql.TELL_TALKS, given)
    _run(facts_sql.WRITE_SLICES)
    _run(facts_sql.WRITE_TALKS)
    _run(facts_sql.FORGET_TALKS, given)
    _run(facts_sql.FORGET_TOLD)
    _run(facts_sql.TALK_HOURS, given)


def _sum_hours(kind: str) -> None:
    """The stale hours, as many at once as lie within a span of the earliest."""
    statement, of = _SUMS[kind]
    of_kind = StaleHour.kind == kind
    earliest = select(func.min(StaleHour.hour)).where(of_kind).scalar_subquery()
    some = delete(StaleHour).where(of_kind, StaleHour.hour < earliest + _SPAN)
    while True:
        with db.transaction():
            _begin()
            hours = list(db.session.scalars(some.returning(StaleHour.hour)))
            if not hours:
                return
            given = {"facts": _facts(of), "hours": hours}
            tell_anew(sums_sql.FORGET, statement, given)


def _facts(of: range) -> list[int]:
    return [int(fact) for fact in facts.Fact if fact in of]


def _sum_time(since: datetime, until: datetime) -> None:
    """Agents' hours, the one that is still going on among them."""
    with db.transaction():
        _run(sums_sql.SLICES_OF_TIME, {"nobody": NOBODY})
    begin = (since - OVERLAP).replace(minute=0, second=0, microsecond=0)
    for first, last in _parts(begin, until, _STRETCH):
        with db.transaction():
            _begin()
            _sum_time_between(first, last)
            _set_mark(TIME, last)


def _sum_time_between(begin: datetime, until: datetime) -> None:
    """The last hour that begins before `until` is told to its end, as far as it has come."""
    given = {
        "facts": _facts(facts.OF_TIME),
        "since": begin,
        "until": until,
        "ends": min(until + OVERLAP, clock.now()),
        "nobody": NOBODY,
    }
    tell_anew(sums_sql.FORGET_TIME, sums_sql.SUM_TIME, given)


def _sum_backlogs(market: Market, since: datetime, until: datetime) -> None:
    """What was open at each midnight of the market's clock, up to `until`."""
    kind = f"{BACKLOG} {market.code}"
    for first, last in _parts(min(since, _mark_of(kind)), until, _SPAN):
        midnights = list(_midnights(market, first, last))
        given = {"market": market.code, "midnights": midnights}
        with db.transaction():
            _begin()
            if midnights:
                tell_anew(sums_sql.FORGET_BACKLOG, sums_sql.SUM_BACKLOG, given)
            _set_mark(kind, last)


def _midnights(market: Market, since: datetime, until: datetime) -> Iterator[datetime]:
    day = since.astimezone(ZoneInfo(market.timezone)).date()
    while (midnight := clock.midnight(day, market.timezone)) <= until:
        if midnight > since:
            yield midnight
        day += timedelta(days=1)


def _parts(
    since: datetime, until: datetime, span: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """One at least."""
    while since + span < until:
        yield since, since + span
        since += span
    yield since, until


def _begin() -> None:
    """One at a time, and as long as a part takes."""
    db.session.execute(text("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"))
    take_turn("insights.rollups")


def _run(statement: str, given: dict[str, Any] | None = None) -> None:
    db.session.execute(text(statement), given or {})


def _mark_of(kind: str) -> datetime:
    """Where nothing was looked through yet, when the first of them began."""
    found = db.session.get(Progress, kind, populate_existing=True)
    if found:
        return found.until
    first: datetime | None = db.session.scalar(text(_FIRST[kind.split(maxsplit=1)[0]]))
    return first or clock.now()


def _set_mark(kind: str, until: datetime) -> None:
    """Never back: what is told again was known."""
    values = insert(Progress).values(kind=kind, until=until)
    later = func.greatest(Progress.until, values.excluded.until)
    changed = values.on_conflict_do_update(index_elements=[Progress.kind], set_={"until": later})
    db.session.execute(changed)
