"""What becomes known of a message after it was said. Its words stay as they were."""

from typing import Any
from uuid import UUID

from app.conversations.events import MessageMarked
from app.conversations.models import Message
from app.core import db, events


def mark(message_id: UUID, **marks: Any) -> Message:
    """Keep these under their names in the message's `extra`, and tell open screens."""
    with db.transaction():
        message = db.session.get_one(
            Message, message_id, with_for_update=True, populate_existing=True
        )
        changed = {**message.extra, **marks}
        if changed != message.extra:
            message.extra = changed
            events.announce(MessageMarked(message.conversation_id, message.id))
    return message
