"""The line of the composer that tells by which channel words leave."""

from typing import Any

from app.conversations.models import Conversation
from app.messaging import queries, switch
from app.messaging.service import consent, mails, sending


def bar_of(conversation: Conversation) -> dict[str, Any]:
    """What the composer tells of the channel: where words go, how long they may be, and whether
    any may leave at all."""
    provider = switch.provider_of(conversation.inbox)
    if provider is None or conversation.address is None:
        return {"carried": False}
    heard_at = queries.heard_at(conversation.inbox_id, conversation.address)
    return {
        "carried": True,
        "abilities": provider.abilities,
        "window_open": sending.window_open(conversation.inbox, heard_at),
        "copies": mails.copies_of(conversation.id) if provider.abilities.subjects else [],
        "stopped": consent.is_stopped(conversation.inbox_id, conversation.address),
    }
