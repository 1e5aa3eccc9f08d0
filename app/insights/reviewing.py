"""What the bot took customers' messages for: lists for whoever reviews it, and one whole talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.conversations import access
from app.conversations.models import Conversation, Message, MessageKind, Understanding
from app.core import clock, dates, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES
from app.core.reach import in_markets_of
from app.insights.intents import INTENTS, TURNED_AWAY
from app.insights.models import BotLabel
from app.markets import queries as markets
from app.markets.models import Market

PERMISSION = "bot.review"
# Surer than this it may be wrong too, but seldom: the threshold of turning away is 0.25.
UNSURE = 0.5
RECENT = timedelta(days=30)
PAGE = 50
LONGEST_TALK = 400
SHOWN = ("unsure", "turned_away", "handed_over", "labelled", "unlabelled")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: of one intent, language and day (by their market's clock), with a rating, of
    one kind; None for all. Without a day they are those of the last thirty."""

    intent: str | None = None
    language: str | None = None
    day: date | None = None
    rating: int | None = None
    shown: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        """From the fields of a form. Raises Invalid naming the one that means nothing."""
        return cls(
            _one_of(given, "intent", (*INTENTS, TURNED_AWAY[0])),
            _one_of(given, "language", LANGUAGES),
            _day(given.get("day", "").strip()),
            int(_one_of(given, "rating", ("1", "2", "3", "4", "5")) or 0) or None,
            _one_of(given, "shown", SHOWN),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A customer's message, what it was taken for, the talk it is in, and what somebody said."""

    what: Understanding
    words: str
    conversation: Conversation
    label: BotLabel | None

    @property
    def id(self) -> UUID:
        return self.what.message_id

    @property
    def is_unsure(self) -> bool:
        return self.what.confidence is not None and self.what.confidence < UNSURE


@dataclass(frozen=True, slots=True)
class Talk:
    """All that was said; `readings` by message id."""

    conversation: Conversation
    messages: Sequence[Message]
    readings: Mapping[UUID, Reading]


def readings(
    actor: Actor, wanted: Wanted, *, before: UUID | None = None, size: int = PAGE
) -> tuple[list[Reading], UUID | None]:
    """Newest first, and the id to go on before; None at the end. One statement."""
    actor.must(PERMISSION)
    query = _readings().where(*_conditions(wanted), in_markets_of(actor, Understanding.market_code))
    if before is not None:
        there = aliased(Understanding)
        moment = select(there.at).where(there.message_id == before).scalar_subquery()
        here = tuple_(Understanding.at, Understanding.message_id)
        query = query.where(here < tuple_(moment, before))
    newest = query.order_by(Understanding.at.desc(), Understanding.message_id.desc())
    rows = [Reading(*row) for row in db.session.execute(newest.limit(size + 1))]
    more = len(rows) > size
    return rows[:size], rows[size - 1].id if more else None


def reading_for(actor: Actor, message_id: UUID) -> Reading | None:
    """One of them, if this actor may know of it."""
    actor.must(PERMISSION)
    row = db.session.execute(
        _readings().where(
            Understanding.message_id == message_id, in_markets_of(actor, Understanding.market_code)
        )
    ).one_or_none()
    return Reading(*row) if row else None


def talk_for(actor: Actor, conversation_id: UUID) -> Talk:
    """A whole talk without notes. Raises NotFound for one that this actor must not know of."""
    actor.must(PERMISSION)
    conversation = access.conversation_for(actor, conversation_id, "conversations.monitor")
    said = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.kind != MessageKind.NOTE)
        .order_by(Message.seq)
        .limit(LONGEST_TALK)
    )
    found = db.session.execute(_readings().where(Understanding.conversation_id == conversation_id))
    known = {reading.id: reading for reading in (Reading(*row) for row in found)}
    return Talk(conversation, list(db.session.scalars(said)), known)


def _readings() -> Select[Understanding, str, Conversation, BotLabel]:
    return (
        select(Understanding, Message.body, Conversation, BotLabel)
        .join(Message, Message.id == Understanding.message_id)
        .join(Conversation, Conversation.id == Understanding.conversation_id)
        .outerjoin(BotLabel, BotLabel.message_id == Understanding.message_id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [_when(wanted.day)]
    if wanted.intent:
        conditions.append(Understanding.intent == wanted.intent)
    if wanted.language:
        conditions.append(Understanding.language == wanted.language)
    if wanted.rating:
        conditions.append(Conversation.rating == wanted.rating)
    if wanted.shown:
        conditions.append(_KINDS[wanted.shown])
    return conditions


def _when(day: date | None) -> ColumnElement[bool]:
    if day is None:
        return Understanding.at > clock.now() - RECENT
    return or_(false(), *(_on(day, home) for home in markets.all_markets()))


def _on(day: date, home: Market) -> ColumnElement[bool]:
    """Of this market, while it was that day there."""
    begin, end = (clock.midnight(each, home.timezone) for each in (day, day + timedelta(days=1)))
    here = Understanding.market_code == home.code
    return and_(here, Understanding.at >= begin, Understanding.at < end)


_KINDS: dict[str, ColumnElement[bool]] = {
    "unsure": or_(Understanding.confidence < UNSURE, Understanding.confidence.is_(None)),
    "turned_away": Understanding.intent.in_(TURNED_AWAY),
    "handed_over": Conversation.handed_over_at.is_not(None),
    "labelled": BotLabel.message_id.is_not(None),
    "unlabelled": BotLabel.message_id.is_(None),
}


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = given.get(name, "").strip()
    if value and value not in known:
        raise Invalid(field=name)
    return value or None


def _day(text: str) -> date | None:
    try:
        return dates.day(text) if text else None
    except ValueError:
        raise Invalid(field="day") from None
