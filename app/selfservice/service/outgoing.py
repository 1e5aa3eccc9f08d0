"""Calling a customer: who answers is connected with the agent who has her conversation."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.conversations import access
from app.conversations.errors import NotYourConversation
from app.conversations.models import Conversation, Inbox
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor, Kind
from app.core.errors import Refusal
from app.core.ids import new_id
from app.messaging import switch
from app.selfservice import queries
from app.selfservice.errors import CallFailed, CallGoesOn, NobodyToCall
from app.selfservice.events import CallMoved
from app.selfservice.models import Dialogue, Outcome
from app.selfservice.service import desk
from app.subscriptions.msisdn import for_people
from channels.dialogue import CallChannel
from channels.port import ChannelDown, Undeliverable

# A call that never got its provider's id began in a process that died.
_LOST_AFTER = timedelta(minutes=1)
_UNNAMED = "out:"


def call_out(conversation_id: UUID, *, by: Actor) -> Dialogue:
    """Ring her at the number that she called from. It is written down before, so that whatever
    dies never rings her twice. Raises NobodyToCall, CallGoesOn, CallFailed, NotYourConversation."""
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if by.kind is Kind.STAFF and conversation.assignee_id != by.id:
            raise NotYourConversation
        before = queries.latest_of(conversation_id)
        if before is None or not before.sender or conversation.assignee_id is None:
            raise NobodyToCall
        if _goes_on(before):
            raise CallGoesOn
        inbox = _inbox(before)
        made = _written_down(conversation, before, inbox)
        audit.record(by, "call.placed", "conversation", conversation.id)
        number = for_people(before.sender)
        desk.leave(conversation.id, "calling", f"{made.id}:calling", number=number)
        events.announce(CallMoved(conversation.id))
    _ring(made, inbox)
    return made


def call_back_once(conversation_id: UUID) -> None:
    """She asked for it and somebody accepted. Told again, it does nothing."""
    before = queries.latest_of(conversation_id)
    if before is None or not before.call_back or before.called_back_at is not None:
        return
    try:
        call_out(conversation_id, by=SYSTEM)
    except Refusal:
        return  # what went wrong is on the timeline, and the agent may try again


def can_call(inbox: Inbox) -> CallChannel | None:
    channel = switch.held(inbox)
    return channel if isinstance(channel, CallChannel) else None


def _goes_on(dialogue: Dialogue) -> bool:
    if dialogue.ended_at is not None or (dialogue.call_back and not dialogue.outgoing):
        return False
    lost = dialogue.session_id.startswith(_UNNAMED)
    return not (lost and dialogue.started_at < clock.now() - _LOST_AFTER)


def _inbox(before: Dialogue) -> Inbox:
    """The one that she called, else one of her market: *123# cannot ring."""
    if before.inbox.channel == "voice" and can_call(before.inbox):
        return before.inbox
    query = (
        select(Inbox)
        .where(Inbox.channel == "voice", Inbox.market_code == before.inbox.market_code, Inbox.is_on)
        .order_by(Inbox.id)
    )
    for inbox in db.session.scalars(query):
        if can_call(inbox):
            return inbox
    raise NobodyToCall


def _written_down(conversation: Conversation, before: Dialogue, inbox: Inbox) -> Dialogue:
    if before.call_back:
        before.called_back_at = clock.now()
    made = Dialogue(
        inbox_id=inbox.id,
        session_id=f"{_UNNAMED}{new_id()}",
        conversation_id=conversation.id,
        conversation=conversation,
        sender=before.sender,
        line_id=before.line_id,
        started_at=clock.now(),
        outgoing=True,
        agent_id=conversation.assignee_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _ring(made: Dialogue, inbox: Inbox) -> None:
    channel, base = can_call(inbox), switch.webhook_of(inbox)
    if channel is None:
        raise NobodyToCall
    sender, url, status_url = inbox.address or "", f"{base}/agent", f"{base}/status"
    try:
        session_id = channel.dial(made.sender, sender, url=url, status_url=status_url)
    except (ChannelDown, Undeliverable) as error:
        with db.transaction():
            made.ended_at, made.outcome = clock.now(), Outcome.FAILED
            desk.leave(made.conversation_id, "call_failed", f"{made.id}:end")
            events.announce(CallMoved(made.conversation_id))
        raise CallFailed from error
    with db.transaction():
        made.session_id = session_id
