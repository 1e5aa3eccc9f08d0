"""How the bot did: kept to itself, turned away, handed over and why, liked, and at what cost.

Read from conversations and understandings by time, in sets; never from messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    case,
    cast,
    distinct,
    func,
    literal_column,
    select,
)

from app.conversations.models import Conversation, Understanding
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.money import Money
from app.insights.contact_costs import Costs, costs_of
from app.insights.intents import TURNED_AWAY
from app.markets.models import Market

# Who leaves a chat open overnight did not keep a person busy all night.
LONGEST_MINUTES = 60
# The dimensions of one pass over the rows, in the order in which GROUPING counts them.
_SETS = ("day", "language", "channel")


@dataclass(slots=True)
class Row:
    """Talks with the bot of one day, language, channel or intent; of all when `key` is None.

    `minutes` are those of persons. Shares are None without cases.
    """

    key: str | date | None
    talks: int = 0
    handed_over: int = 0
    messages: int = 0
    turned_away: int = 0
    rating: float | None = None
    ratings: int = 0
    minutes: Decimal = Decimal(0)
    cost: Money | None = None

    @property
    def containment(self) -> float | None:
        """The share that the bot kept to itself."""
        return (self.talks - self.handed_over) / self.talks if self.talks else None

    @property
    def fallback(self) -> float | None:
        """The share of messages that it turned away."""
        return self.turned_away / self.messages if self.messages else None


@dataclass(frozen=True, slots=True)
class Figures:
    """`by` are the rows of each dimension; `reasons` why talks were handed over, most first.

    An intent's row counts every talk in which it was heard; money and ratings are of talks, so an
    intent has none of its own cost.
    """

    total: Row
    by: dict[str, list[Row]] = field(default_factory=dict)
    reasons: Sequence[tuple[str, int]] = ()
    costs: Costs | None = None


def figures(actor: Actor, market: Market, *, days: int) -> Figures:
    """Of the last so many days in the market's clock. Four statements, whatever there is."""
    actor.must("reports.read")
    if not actor.sees_market(market.code):
        raise NotFound
    today = clock.today(market.timezone)
    since = clock.midnight(today - timedelta(days=days - 1), market.timezone)
    known: dict[tuple[str, Any], Row] = {}
    _count_talks(known, market, since)
    _count_messages(known, market, since)
    costs = costs_of(market.settings_at(clock.now()), market.currency)
    for row in known.values():
        row.cost = costs.of(row.talks, row.minutes) if costs and row.talks else None
    by = {
        name: sorted((row for (of, _), row in known.items() if of == name), key=_order)
        for name in _SETS
    }
    by["intent"] = _intents(market, since)
    total = known.get(("", None)) or Row(None)
    return Figures(total, by, _reasons(market, since), costs)


def _order(row: Row) -> Any:
    return row.key.isoformat() if isinstance(row.key, date) else str(row.key)


def _count_talks(known: dict[tuple[str, Any], Row], market: Market, since: datetime) -> None:
    ended = func.coalesce(Conversation.resolved_at, Conversation.last_message_at)
    busy = func.extract("epoch", ended - Conversation.accepted_at) / 60
    talks = select(
        *_dimensions(Conversation.created_at, Conversation, market),
        Conversation.handed_over_at,
        Conversation.rating,
        # LEAST and GREATEST pass over NULL: nobody was busy with what nobody accepted.
        case((busy.is_not(None), func.least(func.greatest(busy, 0), LONGEST_MINUTES))).label(
            "minutes"
        ),
    )
    each = talks.where(*_talks(market, since)).subquery()
    query = _grouped(
        each,
        func.count(),
        func.count(each.c.handed_over_at),
        func.avg(each.c.rating),
        func.count(each.c.rating),
        func.coalesce(func.sum(each.c.minutes), 0),
    )
    for *where, count, handed_over, rating, ratings, minutes in db.session.execute(query):
        row = _row(known, where)
        row.talks, row.handed_over, row.ratings = count, handed_over, ratings
        row.rating = None if rating is None else float(rating)
        row.minutes = Decimal(minutes)


def _count_messages(known: dict[tuple[str, Any], Row], market: Market, since: datetime) -> None:
    heard = select(
        *_dimensions(Understanding.at, Understanding, market),
        Understanding.intent.in_(TURNED_AWAY).label("turned_away"),
    )
    each = heard.where(
        Understanding.at >= since, Understanding.market_code == market.code
    ).subquery()
    query = _grouped(each, func.count(), func.count().filter(each.c.turned_away))
    for *where, messages, turned_away in db.session.execute(query):
        row = _row(known, where)
        row.messages, row.turned_away = messages, turned_away


def _dimensions(at: Any, model: Any, market: Market) -> list[ColumnElement[Any]]:
    day = cast(func.timezone(market.timezone, at), Date)
    return [day.label("day"), model.language, model.channel]


def _grouped(each: Subquery, *told: Any) -> Select[Any]:
    """One pass for every dimension and the whole; the first column says which a row is of."""
    by = [each.c[name] for name in _SETS]
    sets = func.grouping_sets(*by, literal_column("()"))
    return select(func.grouping(*by), *by, *told).group_by(sets)


def _row(known: dict[tuple[str, Any], Row], where: Sequence[Any]) -> Row:
    """GROUPING has a bit for each dimension, the first highest, which is 0 where it is grouped."""
    which, *values = where
    grouped = [place for place in range(len(_SETS)) if not which >> (len(_SETS) - 1 - place) & 1]
    key = (_SETS[grouped[0]], values[grouped[0]]) if grouped else ("", None)
    return known.setdefault(key, Row(key[1]))


def _intents(market: Market, since: datetime) -> list[Row]:
    """The most frequent first."""
    talk = Understanding.conversation_id
    query = (
        select(
            Understanding.intent,
            func.count(distinct(talk)),
            func.count(distinct(talk)).filter(Conversation.handed_over_at.is_not(None)),
            func.count(),
            func.count().filter(Understanding.intent.in_(TURNED_AWAY)),
            func.avg(Conversation.rating),
            func.count(Conversation.rating),
        )
        .join(Conversation, Conversation.id == talk)
        .where(Understanding.at >= since, Understanding.market_code == market.code)
        .group_by(Understanding.intent)
        .order_by(func.count().desc(), Understanding.intent)
    )
    rows = []
    for intent, talks, handed_over, messages, away, rating, ratings in db.session.execute(query):
        score = None if rating is None else float(rating)
        rows.append(Row(intent, talks, handed_over, messages, away, score, ratings))
    return rows


def _reasons(market: Market, since: datetime) -> list[tuple[str, int]]:
    reason = func.coalesce(Conversation.learnt["reason"].astext, "")
    query = (
        select(reason, func.count())
        .where(*_talks(market, since), Conversation.handed_over_at.is_not(None))
        .group_by(reason)
        .order_by(func.count().desc(), reason)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _talks(market: Market, since: datetime) -> list[ColumnElement[bool]]:
    """In which the bot had a turn, by when they began."""
    return [
        Conversation.created_at >= since,
        Conversation.market_code == market.code,
        Conversation.bot_seq > 0,
    ]
