"""Reads for replay, lists, boards and the customer's history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload

from app.conversations.activity import FOR_STAFF
from app.conversations.models import (
    AgentSpell,
    AgentState,
    Author,
    Availability,
    CannedReply,
    Conversation,
    Inbox,
    Message,
    MessageKind,
    Status,
    WidgetSession,
)
from app.core import clock, db
from app.core.i18n import LANGUAGES
from app.identity.models import Staff

# Older silences are nobody's waiting any more.
_LONGEST_SILENCE = timedelta(hours=1)
# For whoever was left alone while nothing ran; a week later she has found another way.
_LONGEST_STUCK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Episode:
    """One conversation in a customer's history. `last_text` is what was said last."""

    conversation_id: UUID
    channel: str
    status: Status
    started_at: datetime
    last_message_at: datetime
    assignee_name: str | None
    rating: int | None
    last_text: str


def messages_after(
    conversation_id: UUID, seq: int, *, for_staff: bool, limit: int = 200
) -> list[Message]:
    """What was said after `seq`, in order. Notes and the like are left out for customers, so
    numbers jump."""
    query = _messages(conversation_id, for_staff).where(Message.seq > seq)
    return list(db.session.scalars(query.order_by(Message.seq).limit(limit)))


def latest_messages(
    conversation_id: UUID, *, for_staff: bool, before_seq: int | None = None, limit: int = 100
) -> list[Message]:
    """The last `limit` messages (before `before_seq`), in order."""
    query = _messages(conversation_id, for_staff)
    if before_seq is not None:
        query = query.where(Message.seq < before_seq)
    found = db.session.scalars(query.order_by(Message.seq.desc()).limit(limit)).all()
    return list(reversed(found))


def _messages(conversation_id: UUID, for_staff: bool) -> Select[Message]:
    query = select(Message).where(Message.conversation_id == conversation_id)
    if for_staff:
        return query
    inner = func.coalesce(Message.extra["activity"].astext.in_(FOR_STAFF), false())
    return query.where(Message.kind != MessageKind.NOTE, ~inner)


def last_answers(conversation_ids: Sequence[UUID]) -> dict[UUID, Message]:
    """What a person last said in each of them, never a note. One statement."""
    query = (
        select(Message)
        .where(
            Message.conversation_id.in_(conversation_ids),
            Message.author == Author.AGENT,
            Message.kind == MessageKind.TEXT,
        )
        .ext(distinct_on(Message.conversation_id))
        .order_by(Message.conversation_id, Message.seq.desc())
    )
    return {each.conversation_id: each for each in db.session.scalars(query)}


def unfinished_of(customer_id: UUID, inbox_id: UUID) -> Conversation | None:
    """The customer's latest conversation that is not resolved, in an inbox or begun in its
    widget and held elsewhere since."""
    begun_here = exists().where(
        WidgetSession.conversation_id == Conversation.id, WidgetSession.inbox_id == inbox_id
    )
    query = select(Conversation).where(
        Conversation.customer_id == customer_id,
        or_(Conversation.inbox_id == inbox_id, begun_here),
        Conversation.status != Status.RESOLVED,
    )
    return db.session.scalar(query.order_by(Conversation.last_message_at.desc()).limit(1))


def open_talk(staff_id: UUID, customer_id: UUID) -> Conversation | None:
    """The one that this agent has with this customer now."""
    query = select(Conversation).where(
        Conversation.assignee_id == staff_id,
        Conversation.status == Status.OPEN,
        Conversation.customer_id == customer_id,
    )
    return db.session.scalar(query.order_by(Conversation.last_message_at.desc()).limit(1))


def inbox_by_key(key: str) -> Inbox | None:
    return db.session.scalar(select(Inbox).where(Inbox.key == key))


def timeline(customer_id: UUID, *, limit: int = 50) -> list[Episode]:
    """The customer's conversations across channels, latest first."""
    last_text = (
        select(Message.body)
        .where(
            Message.conversation_id == Conversation.id,
            Message.kind == MessageKind.TEXT,
        )
        .order_by(Message.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Conversation, func.coalesce(last_text, ""))
        .options(joinedload(Conversation.assignee))
        .where(Conversation.customer_id == customer_id)
        .order_by(Conversation.last_message_at.desc())
        .limit(limit)
    )
    return [_episode(conversation, text) for conversation, text in db.session.execute(query)]


def _episode(conversation: Conversation, last_text: str) -> Episode:
    assignee = conversation.assignee
    return Episode(
        conversation.id,
        conversation.channel,
        conversation.status,
        conversation.created_at,
        conversation.last_message_at,
        assignee.name if assignee else None,
        conversation.rating,
        last_text,
    )


def waiting(*, markets: frozenset[str] = frozenset(), limit: int = 500) -> list[Conversation]:
    """Whoever waits for a person, longest first. No markets means all of them."""
    query = (
        select(Conversation)
        .options(joinedload(Conversation.customer))
        .where(Conversation.status == Status.WAITING)
        .order_by(Conversation.handed_over_at)
        .limit(limit)
    )
    if markets:
        query = query.where(Conversation.market_code.in_(markets))
    return list(db.session.scalars(query))


def availability_of(staff_id: UUID) -> Availability:
    """Offline unless they said otherwise."""
    state = db.session.get(AgentState, staff_id)
    return state.availability if state else Availability.OFFLINE


def time_in_states(
    staff_ids: Sequence[UUID], since: datetime, until: datetime
) -> dict[UUID, dict[Availability, timedelta]]:
    """How long each was in which state, of the time between two moments. One statement."""
    now = clock.now()
    begins = func.greatest(AgentSpell.began_at, since)
    ends = func.least(func.coalesce(AgentSpell.ended_at, now), until)
    query = (
        select(AgentSpell.staff_id, AgentSpell.availability, func.sum(ends - begins))
        .where(
            AgentSpell.staff_id.in_(staff_ids),
            AgentSpell.began_at < until,
            func.coalesce(AgentSpell.ended_at, now) > since,
        )
        .group_by(AgentSpell.staff_id, AgentSpell.availability)
    )
    found: dict[UUID, dict[Availability, timedelta]] = {each: {} for each in staff_ids}
    for staff_id, availability, length in db.session.execute(query):
        found[staff_id][availability] = length
    return found


def is_anybody_there(market_code: str) -> bool:
    """Whether one of staff who serves this market takes conversations now."""
    everywhere = func.jsonb_array_length(Staff.markets) == 0
    there = exists().where(
        AgentState.staff_id == Staff.id,
        AgentState.availability == Availability.AVAILABLE,
        Staff.disabled_at.is_(None),
        or_(everywhere, Staff.markets.contains([market_code])),
    )
    return bool(db.session.scalar(select(there)))


def canned_replies(
    language: str, *, team_id: UUID | None = None, everything: bool = False
) -> list[CannedReply]:
    """One of each shortcut: in this language, else in the first of ours that it is written in.

    Those of a team are for its members; `everything` leaves none out.
    """
    query = select(CannedReply)
    if not everything:
        query = query.where(or_(CannedReply.team_id.is_(None), CannedReply.team_id == team_id))
    best: dict[str, CannedReply] = {}
    for reply in db.session.scalars(query.order_by(CannedReply.folder, CannedReply.shortcut)):
        known = best.get(reply.shortcut)
        if known is None or _nearer(reply.language, known.language, language):
            best[reply.shortcut] = reply
    return list(best.values())


def every_canned_reply() -> dict[str, dict[str, CannedReply]]:
    """By shortcut and language, in the order of folders."""
    query = select(CannedReply).order_by(CannedReply.folder, CannedReply.shortcut)
    found: dict[str, dict[str, CannedReply]] = {}
    for each in db.session.scalars(query):
        found.setdefault(each.shortcut, {})[each.language] = each
    return found


def canned_reply(shortcut: str, language: str) -> CannedReply | None:
    """In this language, else in the first of ours that it is written in."""
    query = select(CannedReply).where(CannedReply.shortcut == shortcut)
    found = {each.language: each for each in db.session.scalars(query)}
    return next((found[code] for code in (language, *LANGUAGES) if code in found), None)


def _nearer(language: str, known: str, wanted: str) -> bool:
    order = (wanted, *LANGUAGES)
    return order.index(language) < order.index(known)


def unanswered_by_bot(longer_than: timedelta, *, of: UUID | None = None) -> list[UUID]:
    """Conversations with the bot whose customer has waited too long for its answer; `of` looks at
    this one alone."""
    now = clock.now()
    waits = exists().where(
        Message.conversation_id == Conversation.id,
        Message.seq > Conversation.bot_seq,
        Message.author == Author.CUSTOMER,
        Message.at < now - longer_than,
    )
    query = select(Conversation.id).where(
        Conversation.status == Status.BOT,
        Conversation.last_message_at > now - _LONGEST_SILENCE,
        waits,
    )
    if of is not None:
        query = query.where(Conversation.id == of)
    return list(db.session.scalars(query))


def stuck(longest: Mapping[str, timedelta], *, limit: int = 500) -> list[UUID]:
    """Talks with the bot in which nobody answers the customer for longer than her market lets
    her wait; the longest first."""
    now = clock.now()
    waited = or_(
        *(
            and_(Conversation.market_code == code, Conversation.last_message_at < now - patience)
            for code, patience in longest.items()
        )
    )
    query = (
        select(Conversation.id)
        .where(
            Conversation.status == Status.BOT,
            Conversation.last_message_at > now - _LONGEST_STUCK,
            waited,
            _is_unanswered(),
        )
        .order_by(Conversation.last_message_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def is_stuck(conversation_id: UUID) -> bool:
    """Whether it still is with the bot and its customer still unanswered."""
    query = select(Conversation.id).where(
        Conversation.id == conversation_id, Conversation.status == Status.BOT, _is_unanswered()
    )
    return db.session.scalar(query) is not None


# Made once: each copies every column of the table.
_asked, _said = aliased(Message), aliased(Message)


def _is_unanswered() -> ColumnElement[bool]:
    """She wrote, and nobody since; what the inbox says by itself is no answer. A message that was
    settled past the bot, such as STOP, wants none, unless a person gave the talk back after it."""
    since = and_(_said.conversation_id == _asked.conversation_id, _said.seq > _asked.seq)
    answered = exists().where(
        since,
        _said.kind == MessageKind.TEXT,
        _said.author != Author.CUSTOMER,
        ~_said.extra.has_key("greeting"),
    )
    given_back = exists().where(since, _said.extra["activity"].astext == "given_back")
    return exists().where(
        _asked.conversation_id == Conversation.id,
        _asked.author == Author.CUSTOMER,
        _asked.kind == MessageKind.TEXT,
        ~answered,
        or_(
            _asked.seq > Conversation.bot_seq,
            and_(Conversation.handed_over_at.is_not(None), given_back),
        ),
    )


def waiting_for_bot(conversation_id: UUID, after_seq: int, *, most: int) -> list[Message]:
    """The customer's first messages that the bot has not answered, in order."""
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq > after_seq,
            Message.author == Author.CUSTOMER,
        )
        .order_by(Message.seq)
        .limit(most)
    )
    return list(db.session.scalars(query))


def awaits_bot(conversation_id: UUID) -> bool:
    """Whether the customer has said something that the bot is still to answer."""
    query = exists().where(
        Conversation.id == conversation_id,
        Conversation.status == Status.BOT,
        Message.conversation_id == conversation_id,
        Message.seq > Conversation.bot_seq,
        Message.author == Author.CUSTOMER,
    )
    return bool(db.session.scalar(select(query)))


def first_for_bot(conversation_id: UUID) -> Message | None:
    """What the bot answers next in a talk in writing; None while it has nothing to answer."""
    query = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == Status.BOT,
            Conversation.channel != "voice",
            Message.seq > Conversation.bot_seq,
            Message.author == Author.CUSTOMER,
        )
        .order_by(Message.seq)
        .limit(1)
    )
    return db.session.scalar(query)


def said_before(message: Message) -> Message | None:
    """The customer's last message before it."""
    query = (
        select(Message)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.seq < message.seq,
            Message.author == Author.CUSTOMER,
        )
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def last_offered(conversation_id: UUID) -> list[dict[str, str]]:
    """The buttons that the bot offered since the customer wrote last, as titles and payloads."""
    last_said = (
        select(func.coalesce(func.max(Message.seq), 0))
        .where(Message.conversation_id == conversation_id, Message.author == Author.CUSTOMER)
        .scalar_subquery()
    )
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.author == Author.BOT,
            Message.seq > last_said,
        )
        .order_by(Message.seq.desc())
    )
    offered = (each.extra.get("buttons") for each in db.session.scalars(query))
    return next((list(buttons) for buttons in offered if buttons), [])


def offered_payloads(conversation_id: UUID, *, last: int = 20) -> set[str]:
    """What the buttons of the bot's last messages would say for the customer."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author == Author.BOT)
        .order_by(Message.seq.desc())
        .limit(last)
    )
    return {
        button["payload"]
        for message in db.session.scalars(query)
        for button in message.extra.get("buttons", [])
    }
