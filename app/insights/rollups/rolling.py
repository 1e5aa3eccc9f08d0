"""Keeping the figures of reports: what is new or changed is told again, hour by hour.

One runner at a time. It looks through what began since its mark, takes what listeners called stale,
and never writes where a message is on its way.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from app.core import clock, db
from app.core.turns import take_turn
from app.insights import facts
from app.insights.models import Progress, Stale, Survey
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
# Agents' time is summed so much at a time.
_STRETCH = timedelta(days=1)
_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00+00:00")

_NEW = {
    TICKET: """
        INSERT INTO report_stale (kind, object_id)
        SELECT 'ticket', id FROM ticket WHERE created_at >= :since
        AND merged_into_id IS NULL AND NOT EXISTS (
            SELECT FROM report_case WHERE report_case.ticket_id = ticket.id)
        ON CONFLICT DO NOTHING
    """,
    TALK: """
        INSERT INTO report_stale (kind, object_id)
        SELECT 'talk', id FROM conversation
        WHERE created_at >= :since AND last_seq > 0 AND NOT EXISTS (
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


def mark_stale(kind: str, ids: Iterable[UUID | None]) -> None:
    """Their facts are told again at the next run. Joins the caller's transaction."""
    rows = [{"kind": kind, "object_id": each} for each in ids if each is not None]
    if rows:
        db.session.execute(insert(Stale).values(rows).on_conflict_do_nothing())


def roll_up() -> int:
    """Bring every figure up to date; beat runs this every minute. Returns how many facts."""
    _look_through()
    told = _work_off()
    now = clock.now()
    _sum_time(_mark_of(TIME), now)
    _sum_surveys(_mark_of(SURVEYS), now)
    for market in all_markets():
        _sum_backlogs(market, _mark_of(f"{BACKLOG} {market.code}"), now)
    return told


def recompute(since: datetime, until: datetime) -> int:
    """Tell everything of these hours again from its rows, whatever was known of it."""
    given = {"since": since, "until": until}
    with db.transaction():
        _begin()
        _run(_STALE_CASES, given)
        _run(_STALE_TALKS, given)
    told = _work_off()
    _sum_time(since, min(until, clock.now()), mark=False)
    _sum_surveys(since, until, mark=False)
    for market in all_markets():
        _sum_backlogs(market, since, min(until, clock.now()), mark=False)
    return told


def _look_through() -> None:
    now = clock.now()
    for kind, statement in _NEW.items():
        with db.transaction():
            _begin()
            _run(statement, {"since": _mark_of(kind) - OVERLAP})
            _set_mark(kind, now)
    with db.transaction():
        _run(_UNANSWERED, {"since": now - _ANSWER_WITHIN})
        _run(_UNMET, {"since": now - _ANSWER_WITHIN})


def _work_off() -> int:
    told = 0
    for kind, tell in ((TICKET, _tell_cases), (TALK, _tell_talks)):
        while True:
            with db.transaction():
                _begin()
                ids = _taken(kind)
                if ids:
                    tell(ids)
            told += len(ids)
            if not ids:
                break
    return told


def _taken(kind: str) -> list[UUID]:
    """Ids grow with time, so that a batch touches few hours."""
    some = select(Stale.object_id).where(Stale.kind == kind).order_by(Stale.object_id)
    chosen = delete(Stale).where(Stale.kind == kind, Stale.object_id.in_(some.limit(_AT_ONCE)))
    return list(db.session.scalars(chosen.returning(Stale.object_id)))


def _tell_cases(ids: Sequence[UUID]) -> None:
    given = {"ids": list(ids), "nobody": NOBODY}
    hours = _hours(facts_sql.CASE_HOURS, given)
    _run(facts_sql.TELL_CASES, given)
    _run(facts_sql.WRITE_SLICES)
    _run(facts_sql.WRITE_CASES)
    _run(facts_sql.BEFORE_THEM, given)
    _run(facts_sql.FORGET_CASES, given)
    _run(facts_sql.FORGET_TOLD)
    hours |= _hours(facts_sql.CASE_HOURS, given)
    _sum(sums_sql.SUM_CASES, facts.OF_CASES, hours)


def _tell_talks(ids: Sequence[UUID]) -> None:
    given = {"ids": list(ids), "nobody": NOBODY}
    hours = _hours(facts_sql.TALK_HOURS, given)
    _run(facts_sql.TELL_TALKS, given)
    _run(facts_sql.WRITE_SLICES)
    _run(facts_sql.WRITE_TALKS)
    _run(facts_sql.FORGET_TALKS, given)
    _run(facts_sql.FORGET_TOLD)
    hours |= _hours(facts_sql.TALK_HOURS, given)
    _sum(sums_sql.SUM_TALKS, facts.OF_TALKS, hours)


def _sum(statement: str, of: range, hours: set[datetime]) -> None:
    if hours:
        given = {"facts": _facts(of), "hours": list(hours)}
        _run(sums_sql.FORGET, given)
        _run(statement, given)
        _sum_days(of, hours)


def _sum_days(of: range, touched: Iterable[datetime]) -> None:
    """The days in which these hours are, each market's own."""
    moments = list(touched)
    days, hours = set(), set()
    for market in all_markets():
        zone = ZoneInfo(market.timezone)
        for day in {moment.astimezone(zone).date() for moment in moments}:
            begins, ends = (
                clock.midnight(each, market.timezone).astimezone(UTC)
                for each in (day, day + timedelta(days=1))
            )
            days.add(begins)
            hours |= {begins + n * _HOUR for n in range((ends - begins) // _HOUR)}
    given = {"facts": _facts(of), "days": list(days), "hours": list(hours)}
    _run(sums_sql.FORGET_DAYS, given)
    _run(sums_sql.SUM_DAYS, given)


def _facts(of: range) -> list[int]:
    return [int(fact) for fact in facts.Fact if fact in of]


def _sum_surveys(since: datetime, until: datetime, *, mark: bool = True) -> None:
    """Few and narrow, so the hours since the mark are simply told again."""
    with db.transaction():
        _begin()
        first = since - OVERLAP - _HOUR  # with which an hour begins
        asked = select(Survey.asked_hour, Survey.answered_hour).where(
            (Survey.asked_hour > first) | (Survey.answered_hour > first)
        )
        hours = {hour for row in db.session.execute(asked) for hour in row if hour is not None}
        _sum(sums_sql.SUM_SURVEYS, facts.OF_SURVEYS, hours)
        if mark:
            _set_mark(SURVEYS, until)


def _sum_time(since: datetime, until: datetime, *, mark: bool = True) -> None:
    """Agents' hours since the mark, the one that is still going on among them."""
    first = _first_state(since)
    with db.transaction():
        _begin()
        if first is not None:
            begin = (max(first, since) - OVERLAP).replace(minute=0, second=0, microsecond=0)
            _run(sums_sql.SLICES_OF_TIME, {"nobody": NOBODY})
            while begin < until:
                _sum_time_between(begin, min(begin + _STRETCH, until))
                begin += _STRETCH
        if mark:
            _set_mark(TIME, until)


def _sum_time_between(begin: datetime, until: datetime) -> None:
    """The last hour that begins before `until` is told to its end, as far as it has come."""
    given = {
        "facts": _facts(facts.OF_TIME),
        "since": begin,
        "until": until,
        "ends": min(until + OVERLAP, clock.now()),
        "nobody": NOBODY,
    }
    _run(sums_sql.FORGET_TIME, given)
    _run(sums_sql.SUM_TIME, given)
    _sum_days(facts.OF_TIME, [begin, until - timedelta(microseconds=1)])


def _first_state(since: datetime) -> datetime | None:
    """Since when anything is known, where nothing was looked through yet."""
    if since > _LONG_AGO:
        return since
    found: datetime | None = db.session.scalar(text("SELECT min(began_at) FROM agent_spell"))
    return found


def _sum_backlogs(market: Market, since: datetime, until: datetime, *, mark: bool = True) -> None:
    """What was open at each midnight of the market's clock after `since`, up to `until`."""
    with db.transaction():
        _begin()
        if since == _LONG_AGO:
            since = db.session.scalar(text("SELECT min(created_at) FROM report_case")) or until
        for midnight in _midnights(market, since, until):
            given = {"market": market.code, "midnight": midnight}
            _run(sums_sql.FORGET_BACKLOG, given)
            _run(sums_sql.SUM_BACKLOG, given)
        if mark:
            _set_mark(f"{BACKLOG} {market.code}", until)


def _midnights(market: Market, since: datetime, until: datetime) -> Iterator[datetime]:
    day = since.astimezone(ZoneInfo(market.timezone)).date()
    while (midnight := clock.midnight(day, market.timezone)) <= until:
        if midnight > since:
            yield midnight
        day += timedelta(days=1)


def _begin() -> None:
    """One at a time, and as long as a year of rows takes."""
    db.session.execute(text("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"))
    take_turn("insights.rollups")


def _hours(statement: str, given: dict[str, Any]) -> set[datetime]:
    return set(db.session.scalars(text(statement), given))


def _run(statement: str, given: dict[str, Any] | None = None) -> None:
    db.session.execute(text(statement), given or {})


def _mark_of(kind: str) -> datetime:
    found = db.session.get(Progress, kind, populate_existing=True)
    return found.until if found else _LONG_AGO


def _set_mark(kind: str, until: datetime) -> None:
    values = insert(Progress).values(kind=kind, until=until)
    changed = values.on_conflict_do_update(index_elements=[Progress.kind], set_={"until": until})
    db.session.execute(changed)
