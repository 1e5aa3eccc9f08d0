"""What is particular about answers by mail: their subject, whom they reach, and how often a machine
may write them."""

from typing import Any

from sqlalchemy import select

from app.conversations.models import Author, Conversation, Inbox, Message
from app.conversations.service import marks, turn
from app.core import db
from app.messaging.failures import ANSWERED_ALREADY
from app.messaging.models import Delivery, DeliveryState
from app.messaging.service import consent, contacts, mails, receipts

_LONGEST = 20_000


def shape_of(message: Message, conversation: Conversation, inbox: Inbox) -> dict[str, Any]:
    """A person answers the customer's last words to whom she chose. A machine says nothing of the
    sender's own to somebody who may not have written at all."""
    asked = _last_asked(conversation)
    told = str(asked.extra.get("mail", {}).get("subject", "")) if asked else ""
    is_sure = asked is not None and "doubt" not in asked.extra
    if message.author is not Author.AGENT:
        return {"subject": (told if is_sure else "") or inbox.name}
    shape: dict[str, Any] = {"subject": told or inbox.name}
    if asked is not None:
        shape["answers"] = str(asked.id)
    if copied := consent.willing(inbox.id, mails.copied(conversation.id)):
        shape["copied"] = copied
        marks.mark(message.id, mail={"copied": copied})
    return shape


def joined(message: Message, text: str, lane: str, address: str) -> bool:
    """Whether it goes with the answer that waits there, so that one mail says all of it."""
    if message.author is Author.AGENT:
        return False
    query = select(Delivery).where(Delivery.lane == lane, Delivery.state == DeliveryState.QUEUED)
    last = db.session.scalar(query.order_by(Delivery.number.desc()).limit(1).with_for_update())
    if last is None or last.attempts or last.message_id is None or last.address != address:
        return False
    if last.shape.get("by_person") or len(last.text) + len(text) > _LONGEST:
        return False
    if last.always is not bool(message.extra.get("always")):
        return False  # what leaves in spite of a STOP takes nothing else along
    last.text = f"{last.text}\n\n{text}".strip()
    last.shape = {**last.shape, "also": [*last.shape.get("also", []), str(message.id)]}
    receipts.show(last)
    return True


def may_leave(message: Message, inbox: Inbox, address: str) -> bool:
    """What machines write leaves once an hour to one address that writes to us, so that two of
    them never go on."""
    if message.author is Author.AGENT or message.extra.get("greeting"):
        return True
    contact = contacts.contact(inbox.id, address)
    return contact is None or contacts.may_answer_by_itself(contact)


def withhold(delivery: Delivery, message: Message, conversation: Conversation) -> None:
    """It does not leave. Whoever waits for more than one answer an hour gets a person."""
    delivery.state, delivery.code = DeliveryState.FAILED, ANSWERED_ALREADY
    receipts.show(delivery)
    if message.author is Author.BOT:
        turn.call_a_person(conversation.id)


def _last_asked(conversation: Conversation) -> Message | None:
    """The customer's last words."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author == Author.CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return db.session.scalar(query)
