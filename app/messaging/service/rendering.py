"""A delivery as its provider is handed it."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.models import Author, Inbox, Message
from app.conversations.service import attachments
from app.core import db
from app.core.actor import SYSTEM
from app.messaging import switch, threads
from app.messaging.models import Arrival, Delivery
from channels.port import Button, Media, Outbound, Template, Thread

_MOST_REFERENCES = 10
_LONGEST_QUOTE = 4000


def outbound(delivery: Delivery, inbox: Inbox) -> Outbound:
    """Raises NotFound when a file of it is gone."""
    shape = delivery.shape
    provider = switch.provider_of(inbox)
    mail = provider is not None and provider.abilities.subjects
    is_notice = delivery.notice_id is not None
    return Outbound(
        key=delivery.key,
        recipient=delivery.address,
        text=delivery.text,
        buttons=tuple(Button(title, payload) for title, payload in shape.get("buttons", [])),
        media=tuple(_media(UUID(each)) for each in shape.get("files", [])),
        template=_template(delivery),
        thread=_thread(delivery, inbox) if mail else None,
        language=delivery.language,
        by_person=bool(shape.get("by_person")),
        notice=is_notice,
        unsubscribe=switch.leave_address(inbox, delivery.address) if is_notice else "",
    )


def _media(attachment_id: UUID) -> Media:
    opened = attachments.open_attachment(SYSTEM, attachment_id)
    return Media(opened.media_type, name=opened.name, content=opened.content)


def _template(delivery: Delivery) -> Template | None:
    chosen = delivery.shape.get("template")
    if chosen is None:
        return None
    return Template(chosen["name"], chosen["language"], tuple(chosen["values"]))


def _thread(delivery: Delivery, inbox: Inbox) -> Thread:
    if delivery.conversation_id is None:
        return Thread(subject=delivery.shape.get("subject") or inbox.name)
    asked = _last_asked(delivery.conversation_id)
    known = _references(delivery.conversation_id, delivery.inbox_id)
    whole = bool(delivery.shape.get("transcript"))
    subject = str(asked.extra.get("mail", {}).get("subject", "")) if asked else ""
    return Thread(
        subject=delivery.shape.get("subject") or subject or inbox.name,
        token=threads.token_of(delivery.conversation_id),
        message_id=known[-1] if known else "",
        references=tuple(known),
        quoted=asked.body[:_LONGEST_QUOTE] if asked and not whole else "",
    )


def _last_asked(conversation_id: UUID) -> Message | None:
    """The customer's last words."""
    query = (
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.author == Author.CUSTOMER)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def _references(conversation_id: UUID, inbox_id: UUID) -> list[str]:
    """The mails of the conversation that came through this inbox, the last one last."""
    query = (
        select(Arrival.provider_id)
        .where(Arrival.conversation_id == conversation_id, Arrival.inbox_id == inbox_id)
        .order_by(Arrival.came_at.desc())
        .limit(_MOST_REFERENCES)
    )
    return list(reversed(db.session.scalars(query).all()))
