"""The line that a command leaves among the messages: "Ana Ruiz joined the conversation"."""

from app.conversations import activity
from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service.messages import say
from app.core.actor import SYSTEM
from app.core.ids import new_id


def leave(conversation: Conversation, code: str, **params: str | int) -> Message:
    """Reads the conversation's row again on the way, with what was changed before."""
    return say(
        conversation.id,
        activity.text_of(code, params),
        by=SYSTEM,
        client_key=f"activity:{new_id()}",
        kind=MessageKind.ACTIVITY,
        extra={"activity": code, "params": params},
    )
