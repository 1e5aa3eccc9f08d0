"""How a conversation stands, as its customer may know it: also her place in the line."""

from typing import Any

from app.conversations.models import Conversation, Status
from app.tickets import queries as tickets
from app.web import replay


def standing(conversation: Conversation) -> dict[str, Any]:
    return {**replay.standing(conversation), "position": _position(conversation)}


def replayed(conversation: Conversation, after: int) -> dict[str, Any]:
    """What she has not seen since number `after`, never a note, and how it stands."""
    answer = replay.replayed(conversation, after, for_staff=False)
    return {**answer, "conversation": standing(conversation)}


def _position(conversation: Conversation) -> int | None:
    """1 is next; None when nobody is waited for."""
    if conversation.status is not Status.WAITING:
        return None
    ticket = tickets.of_conversation(conversation.id)
    return tickets.position(ticket) if ticket else None
