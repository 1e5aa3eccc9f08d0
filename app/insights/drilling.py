"""The very rows behind a figure: tickets, talks and answers that its reader may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.insights import reporting, summing
from app.insights.definition import Definition
from app.insights.facts import Fact
from app.insights.measures import MEASURES, Measure

# Of a ticket's facts: the hour it counts in, when it counts, its amount in milliseconds.
_CASES = {
    Fact.OPENED: ("opened_hour", "true", "NULL"),
    Fact.RESPONSE: ("opened_hour", "response_ms IS NOT NULL", "response_ms"),
    Fact.RESPONDED_LATE: ("opened_hour", "NOT responded_in_time", "response_ms"),
    Fact.ANSWER: ("opened_hour", "answer_ms IS NOT NULL", "answer_ms"),
    Fact.ABANDONED: ("opened_hour", "abandoned", "resolve_ms"),
    Fact.FIRST_CONTACT: ("solved_hour", "first_contact", "resolve_ms"),
    Fact.REOPENED: ("solved_hour", "reopened", "resolve_ms"),
    Fact.RESOLVED: ("resolved_hour", "true", "resolve_ms"),
    Fact.RESOLVED_LATE: ("resolved_hour", "NOT resolved_in_time", "resolve_ms"),
    Fact.HANDLE: ("resolved_hour", "handle_ms IS NOT NULL", "handle_ms"),
    Fact.WRAP: ("resolved_hour", "wrap_ms IS NOT NULL", "wrap_ms"),
    Fact.TRANSFERRED: ("resolved_hour", "transfers > 0", "resolve_ms"),
}
_TALKS = {
    Fact.STARTED: ("started_hour", "true", "NULL"),
    Fact.WITH_BOT: ("started_hour", "with_bot", "NULL"),
    Fact.HANDED_OVER: ("started_hour", "with_bot AND handed_over", "NULL"),
    Fact.CSAT: ("rated_hour", "rating IS NOT NULL", "rating"),
}
_OF_CASES = """
    SELECT 'ticket' AS kind, ticket.id, ticket.reference, ticket.subject, slice_id,
        {hour} AS hour, ticket.created_at AS at, {amount} AS amount
    FROM report_case JOIN ticket ON ticket.id = ticket_id
    WHERE {counts} AND {hour} >= :first AND {hour} < :last
"""
_OF_TALKS = """
    SELECT 'talk' AS kind, conversation.id, '' AS reference,
        coalesce(nullif(conversation.summary, ''), conversation.visitor_name) AS subject, slice_id,
        {hour} AS hour, conversation.created_at AS at, {amount} AS amount
    FROM report_talk JOIN conversation ON conversation.id = conversation_id
    WHERE {counts} AND {hour} >= :first AND {hour} < :last
"""
_OF_SURVEYS = """
    UNION ALL
    SELECT 'ticket', ticket.id, ticket.reference, ticket.subject, slice_id,
        answered_hour, answered_at, score
    FROM survey JOIN ticket ON ticket.id = survey.ticket_id
    WHERE question = 'csat' AND answered_hour >= :first AND answered_hour < :last
"""
_OF_BACKLOG = """
    SELECT 'ticket' AS kind, ticket.id, ticket.reference, ticket.subject, slice_id,
        period.at AS hour, ticket.created_at AS at,
        report_ms(period.at - ticket.created_at) AS amount
    FROM unnest(CAST(:ends AS timestamptz[]), CAST(:codes AS text[])) AS period (at, code)
    JOIN report_case ON open_during @> period.at
    JOIN ticket ON ticket.id = ticket_id AND ticket.market_code = period.code
"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A row behind a figure. `amount` is milliseconds, or points of a rating."""

    kind: str
    id: UUID
    reference: str
    subject: str
    market: str
    channel: str
    topic: str
    agent: str
    at: datetime
    amount: int | None


def measure_of(name: str) -> Measure:
    found = MEASURES.get(name)
    if found is None or found.rows_of is None:
        raise NotFound
    return found


def rows(
    actor: Actor,
    definition: Definition,
    measure: Measure,
    keys: Sequence[str],
    *,
    limit: int,
    offset: int = 0,
) -> list[Behind]:
    """The latest first, of the group with these keys; none of them is the whole. One statement.

    Of the reader's markets, like the figure. Raises Forbidden for who may not read tickets.
    """
    statement, given = _statement(actor, definition, measure, keys)
    page = f"{statement} ORDER BY told.at DESC, told.id LIMIT :limit OFFSET :offset"
    given |= {"limit": limit, "offset": offset}
    return [Behind(*row) for row in db.session.execute(text(page), given)]


def count(actor: Actor, definition: Definition, measure: Measure, keys: Sequence[str]) -> int:
    statement, given = _statement(actor, definition, measure, keys)
    # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - our own SELECT
    return int(db.session.scalar(text(f"SELECT count(*) FROM ({statement}) AS all_of"), given) or 0)  # noqa: S608


def every(
    actor: Actor, definition: Definition, measure: Measure, keys: Sequence[str], at_once: int
) -> Iterator[list[Behind]]:
    """All of them, a page at a time."""
    offset = 0
    while page := rows(actor, definition, measure, keys, limit=at_once, offset=offset):
        yield page
        offset += len(page)


def _statement(
    actor: Actor, definition: Definition, measure: Measure, keys: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    actor.must("reports.read")
    actor.must("tickets.read")
    if len(keys) not in {0, len(definition.by)}:
        raise Invalid(field="keys")
    bounds = [each for each in reporting.bounds_of(actor, definition) if not each.earlier]
    where, given = summing.filters(definition)
    given |= {
        "markets": [each.market.code for each in bounds],
        "zones": [each.market.timezone for each in bounds],
        "sinces": [each.since for each in bounds],
        "untils": [each.until for each in bounds],
    }
    source = _source(definition, measure, bounds, given)
    is_backlog = measure.rows_of is Fact.BACKLOG
    moment = "told.hour - interval '1 second'" if is_backlog else "told.hour"
    within = "true" if is_backlog else "told.hour >= since AND told.hour < until"
    wanted = ""
    for place, (column, key) in enumerate(zip(summing.columns(definition.by), keys, strict=False)):
        wanted += f" AND {column} = :key{place}"
        given[f"key{place}"] = key
    statement = f"""
        SELECT told.kind, told.id, told.reference, told.subject, market_code, channel, topic,
            coalesce(staff.name, '') AS agent, told.at, told.amount
        FROM ({source}) AS told
        JOIN report_slice ON report_slice.id = told.slice_id
        JOIN unnest(CAST(:markets AS text[]), CAST(:zones AS text[]),
            CAST(:sinces AS timestamptz[]), CAST(:untils AS timestamptz[]))
            AS period (code, timezone, since, until) ON code = market_code
        CROSS JOIN LATERAL (SELECT ({moment}) AT TIME ZONE timezone AS local) AS clock
        LEFT JOIN staff ON staff.id = agent_id
        WHERE {within} {where} {wanted}
    """  # noqa: S608 - names of ours, values as parameters
    return statement, given


def _source(
    definition: Definition,
    measure: Measure,
    bounds: Sequence[summing.Bounds],
    given: dict[str, Any],
) -> str:
    fact = measure.rows_of
    if fact is Fact.BACKLOG:
        ends = [
            (midnight, each.market.code)
            for each in bounds
            for midnight in summing.midnights(each, definition.time)
        ]
        given |= {"ends": [end for end, _ in ends], "codes": [code for _, code in ends]}
        return _OF_BACKLOG
    given |= {
        "first": min((each.since for each in bounds), default=None),
        "last": max((each.until for each in bounds), default=None),
    }
    known, shape = (_CASES, _OF_CASES) if fact in _CASES else (_TALKS, _OF_TALKS)
    if fact is None or fact not in known:
        raise NotFound
    hour, counts, amount = known[fact]
    source = shape.format(hour=hour, counts=counts, amount=amount)
    return source + _OF_SURVEYS if fact is Fact.CSAT else source
