"""Whoever begins with a word or two mostly goes on: the bot gives her a moment to."""

import re
from datetime import timedelta
from uuid import UUID

from app.conversations import queries
from app.conversations.models import Message
from app.core import clock, db

MOMENT = timedelta(seconds=0.6)
FEW_WORDS = 4
SILENCE = timedelta(minutes=10)
_WHOLE = re.compile(r"[\d?]")  # a number, or a question, says all


def seconds_left(conversation_id: UUID) -> float:
    """Of that moment; 0 for everyone whom the bot is to answer at once."""
    with db.transaction():
        first = queries.first_for_bot(conversation_id)
        if first is None or not _is_little(first):
            return 0.0
        age = clock.now() - first.at
        if not timedelta() <= age < MOMENT or not _begins(first):
            return 0.0
        return (MOMENT - age).total_seconds()


def _is_little(message: Message) -> bool:
    if message.extra or _WHOLE.search(message.body):
        return False
    return len(message.body.split()) <= FEW_WORDS


def _begins(message: Message) -> bool:
    """She has said nothing yet, or nothing but hello, or nothing for long: no answer is awaited."""
    before = queries.said_before(message)
    if before is None or before.at < message.at - SILENCE:
        return True
    return bool(before.extra.get("understood", {}).get("intent") == "greet")
