"""Reads for replay, lists, boards and the customer's history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.conversations.models import (
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
from app.identity.models import Staff

# Older silences are nobody's waiting any more.
_LONGEST_SILENCE = timedelta(hours=1)


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
    """What was said after `seq`, in order. Notes are left out for customers, so numbers jump."""
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
    return query if for_staff else query.where(Message.kind != MessageKind.NOTE)


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


def canned_replies(language: str) -> list[CannedReply]:
    query = select(CannedReply).where(CannedReply.language == language)
    return list(db.session.scalars(query.order_by(CannedReply.shortcut)))


def unanswered_by_bot(longer_than: timedelta) -> list[UUID]:
    """Conversations with the bot whose customer has waited too long for its answer."""
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
    return list(db.session.scalars(query))


def next_for_bot(conversation_id: UUID, after_seq: int) -> Message | None:
    """The first customer's message that the bot has not answered."""
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq > after_seq,
            Message.author == Author.CUSTOMER,
        )
        .order_by(Message.seq)
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
