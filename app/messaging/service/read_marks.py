"""Telling customers that an agent has read what they wrote, where a provider has a sign for it."""

from uuid import UUID

import structlog
from sqlalchemy import select

from app.conversations.events import MessagesRead
from app.conversations.models import Author, Inbox, Message
from app.core import db, events
from app.messaging import switch
from app.messaging.events import ReadMarkDue
from app.messaging.models import Arrival
from channels.port import ChannelDown, MarksRead, Undeliverable

log = structlog.get_logger(__name__)


def expect(event: MessagesRead) -> None:
    """In the transaction of the reading, which is a hot path: only where somebody will be told."""
    if event.reader == Author.AGENT and switch.marks_read(event.channel):
        events.announce(ReadMarkDue(event.conversation_id, event.seq))


def show(conversation_id: UUID, seq: int) -> None:
    """An errand. The last one stands for those before; a sign that fails is not tried again."""
    query = (
        select(Arrival.inbox_id, Arrival.provider_id)
        .join(Message, Message.id == Arrival.message_id)
        .where(Arrival.conversation_id == conversation_id, Message.seq <= seq)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    with db.transaction():  # ended before the provider is asked
        last = db.session.execute(query).one_or_none()
        inbox = db.session.get_one(Inbox, last.inbox_id) if last is not None else None
        if last is None or inbox is None or not inbox.is_on:
            return
    try:
        channel = switch.opened(inbox)
        if isinstance(channel, MarksRead):
            channel.mark_read(last.provider_id)
    except (ChannelDown, Undeliverable) as error:
        log.info("read_mark_failed", inbox_id=str(last.inbox_id), error=str(error))
