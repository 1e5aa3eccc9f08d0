"""A supervisor beside a conversation: listens in, whispers to its agent, takes it over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.conversations import access
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation, Message, Status
from app.conversations.service import handover
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, NotFound
from app.core.i18n import lazy
from app.core.reach import in_markets_of
from app.identity.models import Staff
from app.insights.events import Whispered
from app.insights.models import Whisper
from app.tickets import queries as tickets
from app.tickets import service as ticketing
from app.tickets.models import Status as TicketStatus

PERMISSION = "conversations.monitor"
_LONGEST = 1000
_MOST = 200
_RECENT = timedelta(hours=24)


class NobodyToWhisperTo(Conflict):
    code = "nobody_to_whisper_to"
    message = lazy("No agent has this conversation.")


class YoursAlready(Conflict):
    code = "yours_already"
    message = lazy("You have this conversation already.")


class NotGoingOn(Conflict):
    code = "not_going_on"
    message = lazy("This conversation is over.")


@dataclass(frozen=True, slots=True)
class GoingOn:
    conversation_id: UUID
    visitor: str
    channel: str
    market: str
    status: Status
    agent: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class Overheard:
    conversation: Conversation
    messages: Sequence[Message]
    whispers: Sequence[Whisper]


def going_on(actor: Actor) -> list[GoingOn]:
    """What can be listened to, the latest word first. One statement."""
    actor.must(PERMISSION)
    query = (
        select(
            Conversation.id,
            Conversation.visitor_name,
            Conversation.channel,
            Conversation.market_code,
            Conversation.status,
            Staff.name,
            Conversation.last_message_at,
        )
        .outerjoin(Staff, Staff.id == Conversation.assignee_id)
        .where(
            Conversation.status.in_([Status.BOT, Status.WAITING, Status.OPEN]),
            Conversation.last_message_at > clock.now() - _RECENT,
            Conversation.last_seq > 0,
            in_markets_of(actor, Conversation.market_code),
        )
        .order_by(Conversation.last_message_at.desc())
        .limit(_MOST)
    )
    return [
        GoingOn(id_, name, channel, market, status, agent or "", at)
        for id_, name, channel, market, status, agent, at in db.session.execute(query)
    ]


def listen(conversation_id: UUID, *, by: Actor) -> None:
    """Begin to listen in: it is written down, like everything that one may see of others' talks."""
    with db.transaction():
        found = _conversation(by, conversation_id)
        audit.record(by, "conversation.listened", "conversation", found.id, agent=found.assignee_id)


def overheard(conversation_id: UUID, *, by: Actor) -> Overheard:
    """The latest words of it, and what was whispered. Whoever came without beginning to listen is
    written down now."""
    found = _conversation(by, conversation_id)
    if not _is_written_down(found, by):
        listen(found.id, by=by)
    messages = select(Message).where(Message.conversation_id == found.id)
    latest = db.session.scalars(messages.order_by(Message.seq.desc()).limit(_MOST)).all()
    whispers = select(Whisper).where(Whisper.conversation_id == found.id)
    told = db.session.scalars(
        whispers.options(joinedload(Whisper.sender)).order_by(Whisper.at)
    ).all()
    return Overheard(found, latest[::-1], told)


def whisper(conversation_id: UUID, words: str, *, by: Actor) -> Whisper:
    """To the agent who has it, and to nobody else; the customer never sees it."""
    text = cleaned(words)[:_LONGEST]
    with db.transaction():
        found = _conversation(by, conversation_id, lock=True)
        if found.status is not Status.OPEN or found.assignee_id is None:
            raise NobodyToWhisperTo
        told = Whisper(
            conversation_id=found.id,
            from_staff_id=by.id,
            to_staff_id=found.assignee_id,
            words=text,
            at=clock.now(),
        )
        db.session.add(told)
        audit.record(by, "conversation.whispered", "conversation", found.id, to=found.assignee_id)
        events.announce(Whispered(found.id, found.assignee_id))
    return told


def whispers_to(actor: Actor, conversation_id: UUID) -> Sequence[Whisper]:
    """What this very agent was told in a conversation that she may read."""
    found = access.conversation_for(actor, conversation_id, "conversations.read")
    query = select(Whisper).where(
        Whisper.conversation_id == found.id, Whisper.to_staff_id == actor.id
    )
    return db.session.scalars(query.options(joinedload(Whisper.sender)).order_by(Whisper.at)).all()


def seen(conversation_id: UUID, *, by: Actor) -> None:
    """She has read what she was told."""
    with db.transaction():
        told = update(Whisper).where(
            Whisper.conversation_id == conversation_id,
            Whisper.to_staff_id == by.id,
            Whisper.seen_at.is_(None),
        )
        db.session.execute(told.values(seen_at=clock.now()))


def take_over(conversation_id: UUID, *, by: Actor) -> Conversation:
    """From now on it is hers, with its ticket; whoever had it is told in the conversation."""
    with db.transaction():
        found = _conversation(by, conversation_id, lock=True)
        if found.status is Status.RESOLVED:
            raise NotGoingOn
        if found.assignee_id == by.id and found.status is Status.OPEN:
            raise YoursAlready
        before = found.assignee_id
        if found.status is Status.BOT:
            _call_a_person(found)
        ticket = tickets.open_ticket_of(found.id)
        if ticket is None:
            raise NotGoingOn
        if ticket.status is TicketStatus.NEW:
            ticketing.accept(ticket.id, by=by)
        else:
            ticketing.transfer(ticket.id, by.id, by=by)
        audit.record(by, "conversation.taken_over", "conversation", found.id, to=(before, by.id))
    return found


def _is_written_down(found: Conversation, by: Actor) -> bool:
    query = select(AuditEntry.id).where(
        AuditEntry.object_kind == "conversation",
        AuditEntry.object_id == str(found.id),
        AuditEntry.action == "conversation.listened",
        AuditEntry.actor_id == by.id,
        AuditEntry.at > clock.now() - _RECENT,
    )
    return db.session.scalar(query.limit(1)) is not None


def _call_a_person(found: Conversation) -> None:
    handover.hand_over(
        found.id,
        by=SYSTEM,
        reason="taken_over",
        intent=str(found.learnt.get("intent", "")),
        topic=str(found.learnt.get("topic", "")),
        slots={},
        tried=[],
        summary=found.summary,
    )


def _conversation(by: Actor, conversation_id: UUID, *, lock: bool = False) -> Conversation:
    found = access.conversation_for(by, conversation_id, PERMISSION, lock=lock)
    if not by.is_staff:
        raise NotFound
    return found
