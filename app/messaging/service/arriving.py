"""Something a person sent: into the conversation it belongs to, once, whatever comes again."""

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations import queries
from app.conversations.cards import without_card_numbers
from app.conversations.models import Conversation, Inbox, Message, MessageKind, Status
from app.conversations.service import attachments, beginning, marks
from app.conversations.service.messages import say
from app.core import clock, db, turns
from app.core.actor import SYSTEM, Actor
from app.core.errors import Refusal
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.customers import service as customers
from app.messaging import switch, wording
from app.messaging.consent_words import Said, said
from app.messaging.models import Arrival, Contact, Place
from app.messaging.service import consent, contacts, files, finding, hours, mails
from channels.port import Button, Edited, Inbound, Kind, Malformed, Media, Moved, Withdrawn

# The message, the edited text, when it was edited and withdrawn: what came before its message.
_Known = Row[UUID | None, str | None, datetime | None, datetime | None]


class Quarantined(Malformed):
    """It is kept as it came, shown to administrators, and never in a conversation."""


_MOST_FILES = 10
_LONGEST_NAME = 80
_LONGEST_PAYLOAD = 500


def arrive(inbox: Inbox, event: Inbound) -> None:
    """Joins the caller's transaction. Raises Quarantined for what nobody can say who sent it."""
    if "several_senders" in event.problems or not event.sender:
        raise Quarantined("nobody can tell who sent it")
    arrival = _first(inbox, event)
    if arrival is None:
        return
    found = finding.conversation_of(inbox, event)
    if event.automatic or found.stranger:
        if found.conversation is not None:
            _tell_staff(inbox, found.conversation, event)
        return
    contact = contacts.heard(inbox, event.sender, _name(event), _moment(event))
    turns.take_turn(f"place:{inbox.id}:{event.sender}")
    conversation = finding.settled(inbox, event, found)
    message = _said(conversation.value, event, arrival)
    _remember(inbox, event, conversation.value, message)
    _follow_up(conversation.value, message, event, contact, is_new=conversation.is_new)


def edit(inbox: Inbox, event: Edited) -> None:
    """The latest wins; what she said first stays where it is."""
    at = event.at or clock.now()
    text = wording.shortened(_storable(event.text))
    row = _upsert(
        inbox,
        event.provider_id,
        {"edited_text": text, "edited_at": at},
        Arrival.edited_at.is_(None) | (Arrival.edited_at <= at),
    )
    if row is not None and row.message_id is not None:
        marks.mark(row.message_id, edited={"text": text, "at": at.isoformat()})


def withdraw(inbox: Inbox, event: Withdrawn) -> None:
    at = event.at or clock.now()
    row = _upsert(inbox, event.provider_id, {"withdrawn_at": at}, Arrival.withdrawn_at.is_(None))
    if row is not None and row.message_id is not None:
        marks.mark(row.message_id, withdrawn=at.isoformat())


def move_address(inbox: Inbox, event: Moved) -> None:
    """The same person from now on at another address, and her unfinished talks with her."""
    if event.old == event.new:
        return
    for name in sorted((event.old, event.new)):
        turns.take_turn(f"place:{inbox.id}:{name}")
    customers.move_address(inbox.channel, event.old, event.new, by=SYSTEM)
    query = (
        select(Conversation)
        .join(Place, Place.conversation_id == Conversation.id)
        .where(
            Place.inbox_id == inbox.id,
            Place.address == event.old,
            Conversation.status != Status.RESOLVED,
        )
        .with_for_update(of=Conversation)
    )
    for conversation in db.session.scalars(query).all():
        finding.stay(conversation.id, inbox.id, event.new)
        if conversation.inbox_id == inbox.id and conversation.address == event.old:
            conversation.address = event.new
        audit.record(
            SYSTEM,
            "conversation.address_moved",
            "conversation",
            conversation.id,
            address=(event.old, event.new),
        )


def _first(inbox: Inbox, event: Inbound) -> _Known | None:
    """The arrival's row when this is the first copy. The others wait here for its commit."""
    return _upsert(inbox, event.provider_id, {"came_at": clock.now()}, Arrival.came_at.is_(None))


def _upsert(inbox: Inbox, provider_id: str, change: dict[str, Any], where: Any) -> _Known | None:
    """None when the row was there and stays as it was."""
    new = insert(Arrival).values(inbox_id=inbox.id, provider_id=provider_id, **change)
    statement = new.on_conflict_do_update(
        index_elements=[Arrival.inbox_id, Arrival.provider_id], set_=change, where=where
    )
    columns = (
        Arrival.message_id,
        Arrival.edited_text,
        Arrival.edited_at,
        Arrival.withdrawn_at,
    )
    return db.session.execute(statement.returning(*columns)).one_or_none()


def _remember(inbox: Inbox, event: Inbound, conversation: Conversation, message: Message) -> None:
    key = (inbox.id, event.provider_id)
    arrival = db.session.get_one(Arrival, key, populate_existing=True)
    arrival.conversation_id, arrival.message_id = conversation.id, message.id


def _said(conversation: Conversation, event: Inbound, arrival: _Known) -> Message:
    by = beginning.writer_of(conversation, conversation.customer)
    found, refused = _kept_files(conversation, event, by)
    kept = [attachment_id for _media, attachment_id in found]
    commands = switch.commands_of(conversation.channel)
    text = _storable(event.text)
    text = commands.covered(text) if commands else text
    if len(text) > wording.LONGEST:
        whole = attachments.keep_upload(
            conversation.id, io.BytesIO(text.encode()), "message.txt", by=by
        )
        kept.append(whole.id)
    message = say(
        conversation.id,
        wording.shortened(text) or ("" if kept else _in_words(event)),
        by=by,
        client_key=_key(conversation.inbox_id, event),
        extra=_payload(conversation.id, event),
        attachment_ids=kept,
    )
    told = _about(conversation, event, arrival, refused)
    if event.html and "code" not in message.extra:  # the page would show it
        pictures = {media.content_id: str(each) for media, each in found if media.content_id}
        if mails.keep_page(message.id, event.html, pictures):
            told["mail"] = {**told.get("mail", {}), "page": True}
    if told:
        marks.mark(message.id, **told)
    mails.offer_copies(conversation, event.copied)
    files.await_files(conversation.inbox_id, message.id, event.media)
    return message


def _kept_files(
    conversation: Conversation, event: Inbound, by: Actor
) -> tuple[list[tuple[Media, UUID]], list[str]]:
    """Those that came with it, and the names of those that may not be kept."""
    # One place is for a text that is too long.
    came = [each for each in event.media if each.content is not None]
    kept: list[tuple[Media, UUID]] = []
    refused = [_file_name(each) for each in came[_MOST_FILES - 1 :]]
    for each in came[: _MOST_FILES - 1]:
        try:
            stream = io.BytesIO(each.content or b"")
            stored = attachments.keep_upload(conversation.id, stream, each.name, by=by)
            kept.append((each, stored.id))
        except Refusal:
            refused.append(_file_name(each))
    return kept, refused


def _file_name(media: Media) -> str:
    return wording.acceptable(media.name)[:_LONGEST_NAME] or media.media_type


def _payload(conversation_id: UUID, event: Inbound) -> dict[str, str] | None:
    """The button she pressed, or named by its number."""
    payload = event.payload
    if payload is None and len(event.text) <= _LONGEST_NAME:
        offered = queries.last_offered(conversation_id)
        buttons = [Button(each["title"], each["payload"]) for each in offered]
        payload = wording.chosen(event.text, buttons)
    plain = wording.acceptable(payload or "")
    return {"payload": plain} if 0 < len(plain) <= _LONGEST_PAYLOAD else None


def _about(
    conversation: Conversation, event: Inbound, arrival: _Known, refused: Sequence[str]
) -> dict[str, Any]:
    """What else is known of it."""
    told: dict[str, Any] = {}
    if mail := _head(conversation, event):
        told["mail"] = mail
    if event.kind is not Kind.TEXT:
        told["sort"] = event.kind.value
    if not event.vouched:
        told["doubt"] = "not_vouched"
    if refused:
        told["files_refused"] = list(refused)
    if arrival.edited_at is not None:
        told["edited"] = {"text": arrival.edited_text, "at": arrival.edited_at.isoformat()}
    if arrival.withdrawn_at is not None:
        told["withdrawn"] = arrival.withdrawn_at.isoformat()
    return told


def _head(conversation: Conversation, event: Inbound) -> dict[str, Any]:
    """Of a mail."""
    mail: dict[str, Any] = {}
    if event.subject:
        mail["subject"] = " ".join(_storable(event.subject).split())[:300]
    if copied := [each for each in event.copied if each != conversation.address]:
        mail["copied"] = [wording.acceptable(each) for each in copied[: mails.MOST_COPIES]]
    return mail


def _in_words(event: Inbound) -> str:
    """A line for those who see no files, and for what has no words at all."""
    names = [_file_name(each) for each in event.media]
    return wording.shortened("📎 " + ", ".join(names)) if names else "…"


def _follow_up(
    conversation: Conversation,
    message: Message,
    event: Inbound,
    contact: Contact,
    *,
    is_new: bool,
) -> None:
    """What answers before the bot does, and instead of it."""
    word, text = None if event.media else said(event.text), wording.acceptable(event.text)
    # Where there are commands, their help names them.
    if word is Said.HELP and not contact.stopped and _commanded(conversation, message, text):
        return
    if consent.answered(word, conversation, message, contact) or contact.stopped:
        _past_the_bot(conversation, message)
        return
    if _commanded(conversation, message, text):
        return
    hours.greet(conversation, message, contact, is_new=is_new)


def _commanded(conversation: Conversation, message: Message, text: str) -> bool:
    commands = switch.commands_of(conversation.channel)
    if commands is None or conversation.is_with_person:
        return False
    try:
        with db.savepoint():
            answer = commands.answer(conversation, text)
    except Refusal as refusal:
        answer = str(refusal.message)
    if answer is None:
        return False
    say(conversation.id, answer, by=SYSTEM, client_key=f"command:{message.id}")
    _past_the_bot(conversation, message)
    return True


def _past_the_bot(conversation: Conversation, message: Message) -> None:
    conversation.bot_seq = max(conversation.bot_seq, message.seq)


def _tell_staff(inbox: Inbox, conversation: Conversation, event: Inbound) -> None:
    """Machines' mail and that of third parties is for staff to read: it triggers nothing."""
    with speaking(inbox.language):
        head = (
            _("Automatic mail from %(address)s:", address=event.sender)
            if event.automatic
            else _("%(address)s, who is not in this conversation, wrote:", address=event.sender)
        )
    say(
        conversation.id,
        wording.shortened(f"{head}\n{_storable(event.text)}"),
        by=SYSTEM,
        client_key=_key(inbox.id, event),
        kind=MessageKind.NOTE,
    )


def _storable(text: str) -> str:
    """Cut before it is shortened: no end of it leaves a part of a card's number."""
    return without_card_numbers(wording.acceptable(text))


def _key(inbox_id: UUID, event: Inbound) -> str:
    """Two providers may give the same id."""
    named = f"{inbox_id}:{event.provider_id}".encode()
    return f"{finding.CAME}{hashlib.sha256(named).hexdigest()[:60]}"


def _name(event: Inbound) -> str:
    return " ".join(wording.acceptable(event.name).split())[:_LONGEST_NAME]


def _moment(event: Inbound) -> datetime:
    """When she wrote; a provider's clock does not write in the future."""
    now = clock.now()
    return min(event.at, now) if event.at is not None and event.at.tzinfo else now
