"""What the bot took a message for, kept with it and beside it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app.conversations.models import Conversation, Message, Understanding
from app.core import db


def keep(asked: Message, conversation: Conversation, told: Mapping[str, Any]) -> None:
    """`told` has intent and confidence, and the second guess if there was one: next,
    next_confidence. It stands with the last message of those that were heard together. Joins the
    caller's transaction."""
    kept = Message.extra.concat({"understood": dict(told)})
    db.session.execute(update(Message).where(Message.id == asked.id).values(extra=kept))
    db.session.add(
        Understanding(
            message_id=asked.id,
            conversation_id=conversation.id,
            market_code=conversation.market_code,
            channel=conversation.channel,
            language=conversation.language,
            intent=told["intent"],
            confidence=told["confidence"],
            next_intent=told.get("next"),
            next_confidence=told.get("next_confidence"),
            at=asked.at,
        )
    )
