"""Read receipts."""

from uuid import UUID

from app.conversations import access
from app.conversations.events import MessagesRead
from app.conversations.models import Author, Conversation
from app.core import db, events
from app.core.actor import Actor
from app.core.errors import Invalid


def mark_read(conversation_id: UUID, seq: int, *, by: Actor) -> Conversation:
    """Everything up to `seq` has been seen. Never goes back; beyond the last message is the last.

    Of staff only the owner's reading counts: others looking on leave no trace.
    """
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
        raise Invalid(field="seq")
    with db.transaction():
        conversation = access.conversation_for(by, conversation_id, "conversations.read", lock=True)
        if by.is_staff and conversation.assignee_id != by.id:
            return conversation
        reader = Author.AGENT if by.is_staff else Author.CUSTOMER
        column = "staff_read_seq" if by.is_staff else "customer_read_seq"
        seen = min(seq, conversation.last_seq)
        if seen > getattr(conversation, column):
            setattr(conversation, column, seen)
            events.announce(
                MessagesRead(
                    conversation.id,
                    reader.value,
                    seen,
                    conversation.assignee_id,
                    conversation.channel,
                )
            )
    return conversation
