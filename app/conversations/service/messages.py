"""Saying something, the hottest path: one transaction of two statements, three with a bot."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.conversations import access, places
from app.conversations import mentions as colleagues
from app.conversations.cleaning import checked_key, cleaned
from app.conversations.errors import (
    AnsweredMeanwhile,
    CannotSeeThis,
    ConversationNotWithBot,
    NotYourConversation,
    SomebodyAnswers,
)
from app.conversations.events import (
    BotAsked,
    ColleagueMentioned,
    CustomerAnswered,
    GivenBackToBot,
    MessagePosted,
)
from app.conversations.models import (
    Attachment,
    Author,
    Conversation,
    DraftKind,
    Message,
    MessageKind,
    Status,
)
from app.conversations.places import Place
from app.conversations.service import drafts, split_numbers, trying
from app.conversations.typed_codes import Typed, typed
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import Invalid, NotFound, Refusal
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
_DRAFTS = {MessageKind.TEXT: DraftKind.REPLY, MessageKind.NOTE: DraftKind.NOTE}
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
    mentions: Sequence[UUID] = (),
    seen: int | None = None,
    anyway: bool = False,
) -> Message:
    """Add a message. A repeated `client_key` gives back the message it made the first time.

    A customer's `extra` may hold only {"payload": …}, the button she pressed. Raises Invalid and
    its kinds for what cannot be stored, NotYourConversation to an agent who does not own it,
    ConversationNotWithBot to the bot once a person has accepted.

    `seen` is the last message that an agent had before her when she sent an answer: a colleague's
    newer answer holds it back (AnsweredMeanwhile), and so does a colleague who is writing one
    (SomebodyAnswers) unless it is to be sent `anyway`. `mentions` are colleagues who are told of a
    note; CannotSeeThis for one who must not know of the conversation.
    """
    body = cleaned(text, may_be_empty=bool(attachment_ids))
    key = checked_key(client_key)
    more = _checked_extra(by, extra)
    with db.transaction():
        place = _next_place(conversation_id, by, kind)
        _check_may_say(place, by, kind)
        if seen is not None and by.kind is Kind.STAFF and kind is MessageKind.TEXT:
            _check_nobody_else_answers(place, by, key, seen, anyway=anyway)
        named = _mentioned(place, by, kind, mentions) if mentions else []
        if named:
            more["mentions"] = named
        code = _code_in(place, by, body)
        body = code.covered if code else split_numbers.cut(place.id, by, body, key)
        message = _insert(place, by, kind, body, key, more)
        if message is None:
            return _take_back(place, key)
        if attachment_ids:
            _attach(message, by, attachment_ids)
        announce(_woken(place, message), message)
        if by.kind is Kind.STAFF:
            drafts.drop(place.id, _DRAFTS[kind], by=by)
        _tell_mentioned(message, named, by)
        if code:
            trying.take(message, code.code, by=by)
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


def _check_nobody_else_answers(
    place: Place, by: Actor, key: str, seen: int, *, anyway: bool
) -> None:
    """Whoever holds the conversation's row is the only one who says anything now. What was said
    before, under the same key, is held back by nothing that came after it."""
    refusal = _overtaken(place, by, seen)
    if refusal is None and not anyway and (name := drafts.who_answers(place.id, but=by.id)):
        refusal = SomebodyAnswers(name)
    if refusal is not None and not _is_said(place.id, key):
        raise refusal


def _overtaken(place: Place, by: Actor, seen: int) -> Refusal | None:
    if seen >= place.last_seq - 1:
        return None
    query = select(Message.author_name, Message.seq).where(
        Message.conversation_id == place.id,
        Message.seq > seen,
        Message.author == Author.AGENT,
        Message.kind == MessageKind.TEXT,
        Message.author_id.is_distinct_from(by.id),
    )
    newest = db.session.execute(query.order_by(Message.seq.desc()).limit(1)).one_or_none()
    return AnsweredMeanwhile(newest.author_name, newest.seq) if newest else None


def _is_said(conversation_id: UUID, key: str) -> bool:
    query = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.client_key == key
    )
    return db.session.scalar(query) is not None


def _mentioned(
    place: Place, by: Actor, kind: MessageKind, staff_ids: Sequence[UUID]
) -> list[dict[str, str]]:
    if kind is not MessageKind.NOTE or len(staff_ids) > colleagues.MOST:
        raise Invalid(field="mentions")
    talk = db.session.get_one(Conversation, place.id)
    found = colleagues.those_of(talk, staff_ids, but=by)
    if found is None:
        raise CannotSeeThis
    return [{"id": str(each.id), "name": each.name} for each in found]


def _tell_mentioned(message: Message, named: Sequence[Mapping[str, str]], by: Actor) -> None:
    for each in named:
        events.announce(
            ColleagueMentioned(
                message.conversation_id, message.id, UUID(each["id"]), by.name, message.at
            )
        )


def _code_in(place: Place, by: Actor, body: str) -> Typed | None:
    """The code that she was sent to prove who she is. It is neither stored nor told to the bot."""
    if place.code_due is None or by.kind not in {Kind.CUSTOMER, Kind.VISITOR}:
        return None
    return typed(body) if clock.now() < place.code_due else None


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


def _take_back(place: Place, client_key: str) -> Message:
    """Give the number back (nobody saw it, the row is ours) and find the earlier message. Nothing
    was said just now, nor anything read by it."""
    conversation = db.session.get_one(Conversation, place.id, populate_existing=True)
    conversation.last_seq = place.last_seq - 1
    for name, value in asdict(place.before).items():
        setattr(conversation, name, value)
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
