"""Rules by time: what has been so for long enough is found, and considered once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.automation import looking
from app.automation.definition import Condition, RuleContent, content_of
from app.automation.events import Happened
from app.automation.facts import Operator
from app.automation.models import Rule, Run
from app.conversations.models import Author, Conversation, Message, MessageKind
from app.core import clock, db, events
from app.core.sweeps import one_by_one
from app.tickets.models import Status, Ticket

log = structlog.get_logger(__name__)

KEEP = timedelta(days=180)
_BATCH = 500
# Beyond that somebody else has found it; a rule is not for what lies for years.
_MOST_A_RULE = 20_000

_said = (
    select(Message.at)
    .where(
        Message.conversation_id == Ticket.conversation_id,
        Message.author.in_([Author.CUSTOMER, Author.AGENT]),
        Message.kind == MessageKind.TEXT,
    )
    .order_by(Message.seq.desc())
    .limit(1)
)
_last_author = _said.with_only_columns(Message.author).scalar_subquery()
_last_at = _said.scalar_subquery()
_moved_at = func.coalesce(Ticket.status_since, Ticket.accepted_at, Ticket.created_at)

# Since when it is so, and which tickets are.
_SINCE: Mapping[str, tuple[Any, ColumnElement[bool]]] = {
    "time.unassigned": (
        func.greatest(_moved_at, func.coalesce(Conversation.handed_over_at, _moved_at)),
        (Ticket.status == Status.NEW) & Ticket.snoozed_until.is_(None),
    ),
    "time.pending": (
        func.greatest(_moved_at, func.coalesce(_last_at, _moved_at)),
        Ticket.status == Status.PENDING,
    ),
    "time.unanswered": (
        _last_at,
        Ticket.status.in_([Status.NEW, Status.OPEN]) & (_last_author == Author.CUSTOMER),
    ),
    "time.open": (
        Ticket.created_at,
        Ticket.status.in_([Status.NEW, Status.OPEN, Status.PENDING]),
    ),
    "time.resolved": (Ticket.resolved_at, Ticket.status == Status.RESOLVED),
}
# Conditions that the database can look for by itself, so that it finds few.
_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "market": Ticket.market_code,
    "language": Ticket.language,
    "topic": Ticket.topic,
    "priority": Ticket.priority,
    "status": Ticket.status,
    "channel": Conversation.channel,
}


def sweep() -> int:
    """Say of every ticket that a rule by time fits that its time has come. Returns how many."""
    query = select(Rule.id).where(
        Rule.is_on, Rule.removed_at.is_(None), Rule.trigger.in_(_SINCE.keys())
    )
    return one_by_one(_sweep, db.session.scalars(query.order_by(Rule.position)).all())


def forget() -> int:
    with db.transaction():
        gone = delete(Run).where(Run.at < clock.now() - KEEP).returning(Run.id)
        return len(list(db.session.scalars(gone)))


def _sweep(rule_id: UUID) -> int:
    rule = db.session.get_one(Rule, rule_id)
    content = content_of(rule.content)
    said = 0
    for found in _batches(rule, content):
        since = dict(found)
        with db.transaction():
            fitting = [
                each.ticket_id
                for each in looking.at_tickets(list(since))
                if content.when.matched_by(each) is not None
            ]
            events.announce_all(
                [_happened(rule, each, since[each]) for each in fitting if each is not None]
            )
        said += len(fitting)
    return said


def _happened(rule: Rule, ticket_id: UUID, since: datetime) -> Happened:
    key = f"{rule.trigger}:{ticket_id}:{since.isoformat()}"
    return Happened(rule.trigger, key, ticket_id, None, only_rule=rule.id)


def _batches(rule: Rule, content: RuleContent) -> Iterator[Sequence[tuple[UUID, datetime]]]:
    after: tuple[datetime, UUID] | None = None
    for _ in range(_MOST_A_RULE // _BATCH):
        query = _due(rule, content)
        since = _SINCE[rule.trigger][0]
        if after is not None:
            query = query.where(tuple_(since, Ticket.id) > after)
        rows = [(row[0], row[1]) for row in db.session.execute(query.limit(_BATCH))]
        if rows:
            yield rows
        if len(rows) < _BATCH:
            return
        after = (rows[-1][1], rows[-1][0])


def _due(rule: Rule, content: RuleContent) -> Select[Any]:
    since, so = _SINCE[rule.trigger]
    done = (
        select(Run.id)
        .where(Run.rule_id == rule.id, Run.ticket_id == Ticket.id, Run.at >= since)
        .exists()
    )
    query = (
        select(Ticket.id, since)
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
        .where(so, since <= clock.now() - timedelta(minutes=content.minutes), ~done)
        .order_by(since, Ticket.id)
    )
    if rule.market_code is not None:
        query = query.where(Ticket.market_code == rule.market_code)
    for each in content.when.all:
        if each.field in _COLUMNS:
            query = query.where(_asked(each))
    return query


def _asked(condition: Condition) -> ColumnElement[bool]:
    column = _COLUMNS[condition.field]
    wanted = column.in_(condition.values)
    return wanted if condition.operator is Operator.IS else or_(column.is_(None), ~wanted)
