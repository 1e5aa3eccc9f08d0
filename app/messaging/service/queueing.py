"""What is to leave: a row for each message, in the transaction that says it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.conversations.events import MessagePosted
from app.conversations.models import Author, Conversation, Inbox, Message, MessageKind
from app.core import clock, db, events
from app.messaging import switch, wording
from app.messaging.events import DeliveryQueued
from app.messaging.models import Delivery, DeliveryState
from app.messaging.service import enclosures, mailing, receipts
from app.messaging.service.enclosures import Enclosed
from channels.port import Abilities, Button

_UNSERVED = "webchat"


def queue_said(event: MessagePosted) -> None:
    """Heard in the transaction that says it. Notes and activities are for our own screens."""
    if event.channel == _UNSERVED or event.author == Author.CUSTOMER:
        return
    if event.kind != MessageKind.TEXT:
        return
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if conversation.address is None or not switch.is_served(conversation.inbox):
        return
    message = db.session.get_one(Message, event.message_id)
    queue(message, conversation, conversation.inbox, conversation.address)


def queue(
    message: Message, conversation: Conversation, inbox: Inbox, address: str
) -> list[Delivery]:
    """A row for each part that the channel needs; the last has the buttons and files."""
    provider = switch.provider_of(inbox)
    if provider is None:
        return []
    by_mail = provider.abilities.subjects
    texts, shape = _rendered(message, provider.abilities)
    lane = f"{conversation.id}:{inbox.id}"
    if by_mail:
        if "files" not in shape and mailing.joined(message, texts[0], lane, address):
            return []
        shape |= mailing.shape_of(message, conversation, inbox)
    leaves = not by_mail or mailing.may_leave(message, inbox, address)
    made = []
    for part, text in enumerate(texts):
        is_last = part == len(texts) - 1
        made.append(
            _add(
                inbox,
                address,
                text,
                lane=lane,
                conversation_id=conversation.id,
                message_id=message.id,
                part=part,
                shape=shape if is_last else {"by_person": shape["by_person"]},
                language=conversation.language,
                always=bool(message.extra.get("always")),
            )
        )
    receipts.show(made[-1])
    if not leaves:
        mailing.withhold(made[-1], message, conversation)
    return made


def cover(message_id: UUID) -> None:
    """What left, or could not, says no more than its messages do now."""
    message = db.session.get_one(Message, message_id)
    conversation = db.session.get_one(Conversation, message.conversation_id)
    joined = (
        Delivery.inbox_id == conversation.inbox_id,
        Delivery.address == conversation.address,
        Delivery.sent_at.is_(None) | (Delivery.sent_at >= message.at),
        Delivery.shape["also"].contains([str(message_id)]),
    )
    own = select(Delivery).where(Delivery.message_id == message_id)
    for each in [*db.session.scalars(own), *db.session.scalars(select(Delivery).where(*joined))]:
        each.text = _words_of(each) if each.part == 0 else ""


def _words_of(delivery: Delivery) -> str:
    carried = [delivery.message_id, *map(UUID, delivery.shape.get("also", []))]
    return "\n\n".join(db.session.get_one(Message, each).body for each in carried)


def queue_transcript(
    conversation: Conversation, inbox: Inbox, address: str, subject: str, text: str
) -> Delivery:
    """A whole talk as one mail; an answer to it belongs to the talk."""
    return _add(
        inbox,
        address,
        text,
        lane=lane_of(inbox.id, address),
        conversation_id=conversation.id,
        language=conversation.language,
        shape={"subject": subject, "transcript": True},
    )


def queue_words(inbox: Inbox, address: str, text: str, *, language: str) -> Delivery:
    """Words that somebody asked for just now, to an address that need be in no conversation."""
    return _add(inbox, address, text, lane=lane_of(inbox.id, address), language=language, shape={})


def queue_mail(
    inbox: Inbox,
    address: str,
    subject: str,
    text: str,
    *,
    language: str,
    enclosed: Sequence[Enclosed] = (),
) -> Delivery:
    """A mail of ours to somebody who works here; it belongs to no conversation."""
    lane, shape = lane_of(inbox.id, address), {"subject": subject}
    mail = _add(inbox, address, text, lane=lane, language=language, shape=shape, always=True)
    if enclosed:
        enclosures.enclose(mail, enclosed)
    return mail


def lane_of(inbox_id: UUID, address: str) -> str:
    return f"{inbox_id}:{address}"


def _add(inbox: Inbox, address: str, text: str, *, lane: str, **more: Any) -> Delivery:
    delivery = Delivery(
        lane=lane,
        inbox_id=inbox.id,
        address=address,
        text=text,
        state=DeliveryState.QUEUED,
        due_at=clock.now(),
        created_at=clock.now(),
        **more,
    )
    db.session.add(delivery)
    db.session.flush()  # numbered in the order in which it was said
    events.announce(DeliveryQueued(lane))
    return delivery


def _rendered(message: Message, abilities: Abilities) -> tuple[list[str], dict[str, Any]]:
    offered = message.extra.get("buttons", [])
    buttons = [Button(str(each["title"]), str(each["payload"])) for each in offered]
    text = wording.with_choices(_with_card(message.body, message.extra), buttons, abilities)
    shape: dict[str, Any] = {"by_person": message.author is Author.AGENT}
    if buttons and wording.fits(buttons, abilities):
        shape["buttons"] = [[each.title, each.payload] for each in buttons]
    files = message.extra.get("attachments", [])
    if files and abilities.media:
        shape["files"] = [each["id"] for each in files]
    elif files:
        text = "\n".join([text, *(f"📎 {each['name']}" for each in files)]).strip()
    return wording.parts(text, abilities.longest), shape


def _with_card(text: str, extra: Mapping[str, Any]) -> str:
    """Where no card can be shown, its address is written out."""
    url = extra.get("card", {}).get("url", "")
    return text if not url or url in text else f"{text}\n{url}".strip()
