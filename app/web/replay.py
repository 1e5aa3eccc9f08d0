"""What a screen gets when it comes (back) to a conversation: all it has not seen, in order."""

from typing import Any

from app.conversations import queries
from app.conversations.models import Conversation
from app.conversations.presentation import as_message

PAGE = 200


def replayed(conversation: Conversation, after: int, *, for_staff: bool) -> dict[str, Any]:
    """Messages with a number above `after`; `more` says to ask again with the last of them."""
    found = queries.messages_after(conversation.id, after, for_staff=for_staff, limit=PAGE + 1)
    return {
        "messages": [as_message(message, for_staff=for_staff) for message in found[:PAGE]],
        "last_seq": conversation.last_seq,
        "more": len(found) > PAGE,
        "conversation": standing(conversation),
    }


def standing(conversation: Conversation) -> dict[str, Any]:
    """How the conversation stands, as both sides may know it."""
    return {
        "status": conversation.status.value,
        "agent": conversation.assignee.name if conversation.assignee else None,
        "read_seq": conversation.staff_read_seq,
        "customer_read_seq": conversation.customer_read_seq,
        "can_rate": conversation.can_be_rated,
    }
