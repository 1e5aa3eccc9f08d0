"""What is kept of a mail beside its words: its page, and who was on copy."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations import access as conversations
from app.conversations.cards import without_card_numbers
from app.conversations.errors import NotYourConversation
from app.conversations.models import Conversation, Message, Status
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers import contact
from app.messaging import pages, switch, wording
from app.messaging.errors import NoWayThere, TooManyCopies
from app.messaging.models import Copy, MailPage

MOST_COPIES = 20
_LONGEST_ADDRESS = 254


def keep_page(message_id: UUID, html: str, pictures: Mapping[str, str]) -> bool:
    """Joins the caller's transaction. One that is too much to read, or holds a card's number in
    pieces, is not kept: its words are in the message."""
    if not pages.may_be_read(html):
        return False
    page = without_card_numbers(pages.cleaned(wording.acceptable(html)))
    words = pages.words_of(page)
    if without_card_numbers(words) != words:
        return False
    db.session.add(MailPage(message_id=message_id, html=page, pictures=dict(pictures)))
    return True


def page_for(actor: Actor, message_id: UUID) -> tuple[Message, MailPage]:
    """For staff who may read the conversation. Raises NotFound when it came without one."""
    message = db.session.get(Message, message_id)
    page = db.session.get(MailPage, message_id)
    if message is None or page is None:
        raise NotFound
    conversations.conversation_for(actor, message.conversation_id, "conversations.read")
    return message, page


def copies_of(conversation_id: UUID) -> list[Copy]:
    query = select(Copy).where(Copy.conversation_id == conversation_id).order_by(Copy.address)
    return list(db.session.scalars(query))


def copied(conversation_id: UUID) -> list[str]:
    """Who gets what an agent writes now."""
    return [each.address for each in copies_of(conversation_id) if each.is_on]


def offer_copies(conversation: Conversation, addresses: tuple[str, ...]) -> None:
    """The customer had them on copy: an agent may keep them there. Joins the transaction."""
    left = MOST_COPIES - len(copies_of(conversation.id))
    fresh = [each for each in addresses if each != conversation.address][: max(0, left)]
    rows = [
        {"conversation_id": conversation.id, "address": each, "is_on": False}
        for each in fresh
        if len(each) <= _LONGEST_ADDRESS and each.isprintable()
    ]
    if rows:
        db.session.execute(insert(Copy).values(rows).on_conflict_do_nothing())


def put_on_copy(conversation_id: UUID, address: str, *, on: bool, by: Actor) -> Conversation:
    """Whether somebody gets what agents write here. The owner decides, or who assigns. Raises
    NoWayThere where there are no copies, Invalid for no address, TooManyCopies."""
    with db.transaction():
        conversation = conversations.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        owns = conversation.status is Status.OPEN and conversation.assignee_id == by.id
        if not owns and not by.may("conversations.assign"):
            raise NotYourConversation
        provider = switch.provider_of(conversation.inbox)
        if provider is None or not provider.abilities.subjects:
            raise NoWayThere
        place = contact.email_address(address).lower()
        query = select(func.count()).where(
            Copy.conversation_id == conversation.id, Copy.address != place
        )
        if on and (db.session.scalar(query) or 0) >= MOST_COPIES:
            raise TooManyCopies
        new = insert(Copy).values(conversation_id=conversation.id, address=place, is_on=on)
        db.session.execute(
            new.on_conflict_do_update(
                index_elements=[Copy.conversation_id, Copy.address], set_={"is_on": on}
            )
        )
        audit.record(
            by, "conversation.copied", "conversation", conversation.id, address=place, on=on
        )
    return conversation
