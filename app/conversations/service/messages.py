"""Saying something, the hottest path: one transaction of two statements, three with a bot."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.conversations import access, places
from app.conversations.cleaning import checked_key, cleaned
from app.conversations.errors import ConversationNotWithBot, NotYourConversation
from app.conversations.events import BotAsked, CustomerAnswered, GivenBackToBot, MessagePosted
from app.conversations.models import (
    Attachment,
    Author,
    Conversation,
    Message,
    MessageKind,
    Status,
)
from app.conversations.places import Place
from app.conversations.service import split_numbers
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id

_AUTHORS = {
    Kind.STAFF: Author.AGENT,
    Kind.CUSTOMER: Author.CUSTOMER,
    Kind.VISITOR: Author.CUSTOMER,
    Kind.BOT: Author.BOT,
    Kind.SYSTEM: Author.SYSTEM,
    Kind.CLIENT: Author.SYSTEM,
}
_KINDS = {
    Kind.STAFF: {MessageKind.TEXT, MessageKind.NOTE},
    Kind.SYSTEM: {MessageKind.TEXT, MessageKind.NOTE, MessageKind.ACTIVITY},
    Kind.CUSTOMER: {MessageKind.TEXT},
}
_LONGEST_PAYLOAD = 500
_MOST_ATTACHMENTS = 10


def say(
    conversation_id: UUID,
    text: str,
    *,
    by: Actor,
    client_key: str,
    kind: MessageKind = MessageKind.TEXT,
    extra: Mapping[str, Any] | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> Message:
    """Add a message. A repeated `client_key` gives back the message it made the first time.

    A customer's `extra` may hold only {"payload": …}, the button she pressed. Raises Invalid and
    its kinds for what cannot be stored, NotYourConversation to an agent who does not own it,
    ConversationNotWithBot to the bot once a person has accepted.
    """
    body = cleaned(text, may_be_empty=bool(attachment_ids))
    key = checked_key(client_key)
    more = _checked_extra(by, extra)
    with db.transaction():
        place = _next_place(conversation_id, by, kind)
        _check_may_say(place, by, kind)
        body = split_numbers.cut(place.id, by, body)
        message = _insert(place, by, kind, body, key, more)
        if message is None:
            return _take_back(place.id, key)
        if attachment_ids:
            _attach(message, by, attachment_ids)
        announce(_woken(place, message), message)
    return message


def announce(place: Place, message: Message) -> None:
    """Tell everyone about a message just added to its conversation."""
    events.announce(
        MessagePosted(
            place.id,
            message.id,
            message.seq,
            message.author,
            message.kind,
            message.at,
            place.customer_id,
            place.assignee_id,
            place.status,
            place.language,
            place.channel,
        )
    )
    if message.author is Author.CUSTOMER and place.status is Status.BOT:
        events.announce(BotAsked(place.id, message.seq))


def _next_place(conversation_id: UUID, by: Actor, kind: MessageKind) -> Place:
    """Lock the conversation and number the next message."""
    place = places.take(conversation_id, clock.now(), _moving_on(by, kind))
    if place is None:
        raise NotFound
    return place


def _moving_on(by: Actor, kind: MessageKind) -> str:
    if by.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return places.BY_CUSTOMER
    if by.kind is Kind.STAFF and kind is MessageKind.TEXT:
        return places.BY_AGENT
    return places.BY_OTHERS


def _woken(place: Place, message: Message) -> Place:
    """A customer's new message ends the wait for it; in a resolved conversation it begins anew
    with the bot."""
    if message.author is not Author.CUSTOMER:
        return place
    if not place.awaits_customer and place.status is not Status.RESOLVED:
        return place
    conversation = db.session.get_one(Conversation, place.id, populate_existing=True)
    if conversation.awaits_customer:
        conversation.awaits_customer = False
        events.announce(CustomerAnswered(conversation.id))
    if conversation.status is Status.RESOLVED:
        conversation.status = Status.BOT
        conversation.assignee_id = None
        conversation.bot_seq = message.seq - 1
        events.announce(GivenBackToBot(place.id, place.customer_id, place.market_code, message.at))
    return replace(place, status=conversation.status, assignee_id=conversation.assignee_id)


def _check_may_say(place: Place, by: Actor, kind: MessageKind) -> None:
    access.must_see(by, place, "conversations.reply")
    if by.kind is Kind.BOT and place.status not in {Status.BOT, Status.WAITING}:
        raise ConversationNotWithBot
    if by.kind is Kind.STAFF and kind is MessageKind.TEXT:
        owns = place.status is Status.OPEN and place.assignee_id == by.id
        if not owns:
            raise NotYourConversation
    if kind not in _KINDS.get(by.kind, _KINDS[Kind.CUSTOMER]):
        raise Invalid(field="kind")


def _insert(
    place: Place,
    by: Actor,
    kind: MessageKind,
    body: str,
    client_key: str,
    extra: dict[str, Any],
) -> Message | None:
    """None when this key made a message before."""
    row = {
        "id": new_id(),
        "conversation_id": place.id,
        "seq": place.last_seq,
        "kind": kind,
        "author": _AUTHORS[by.kind],
        "author_id": by.id,
        "author_name": by.name,
        "body": body,
        "extra": extra,
        "client_key": client_key,
        "at": place.last_message_at,
    }
    return places.put(row)


def _take_back(conversation_id: UUID, client_key: str) -> Message:
    """Give the number back (nobody saw it, the row is ours) and find the earlier message."""
    conversation = db.session.get_one(Conversation, conversation_id, populate_existing=True)
    conversation.last_seq -= 1
    conversation.customer_read_seq = min(conversation.customer_read_seq, conversation.last_seq)
    conversation.staff_read_seq = min(conversation.staff_read_seq, conversation.last_seq)
    query = select(Message).where(
        Message.conversation_id == conversation.id, Message.client_key == client_key
    )
    return db.session.scalars(query).one()


def _attach(message: Message, by: Actor, attachment_ids: Sequence[UUID]) -> None:
    """Only this sender's own uploads to this conversation, each in one message only."""
    if len(attachment_ids) > _MOST_ATTACHMENTS:
        raise Invalid(field="attachment_ids")
    statement = (
        update(Attachment)
        .where(
            Attachment.id.in_(attachment_ids),
            Attachment.conversation_id == message.conversation_id,
            Attachment.uploader_id == by.id,
            Attachment.message_id.is_(None),
        )
        .values(message_id=message.id)
        .returning(Attachment)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    attached = {each.id: each for each in db.session.scalars(statement)}
    if set(attached) != set(attachment_ids):
        raise NotFound(field="attachment_ids")
    described = [attached[each].described() for each in dict.fromkeys(attachment_ids)]
    message.extra = {**message.extra, "attachments": described}


def _checked_extra(by: Actor, extra: Mapping[str, Any] | None) -> dict[str, Any]:
    given = dict(extra or {})
    if by.kind in access.TRUSTED or not given:
        return given
    payload = given.get("payload")
    if set(given) != {"payload"} or not isinstance(payload, str):
        raise Invalid(field="extra")
    if len(payload) > _LONGEST_PAYLOAD:
        raise Invalid(field="payload")
    return {"payload": cleaned(payload)}
