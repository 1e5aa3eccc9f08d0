"""What the bot hears: what a customer wrote while it was busy, a message a line, in one piece."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from app.conversations import queries
from app.conversations.cards import without_card_numbers
from app.conversations.models import Message
from app.conversations.service import split_numbers

MOST_MESSAGES = 10
MOST_LETTERS = 2000
_SIGNS = " .,;:!?¡¿…"


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    last: Message


def next_heard(conversation_id: UUID, after_seq: int) -> Heard | None:
    """A button, or a code, is heard by itself; what is the same as the message before, once."""
    waiting = queries.waiting_for_bot(conversation_id, after_seq, most=MOST_MESSAGES)
    if not waiting:
        return None
    first, *others = waiting
    if _stands_alone(first):
        return Heard(_command_of(first) or _words_of(first) or "…", first)
    return _joined(first, list(takewhile(lambda each: not _stands_alone(each), others)))


def _stands_alone(message: Message) -> bool:
    return bool(message.extra.get("code") or message.extra.get("payload"))


def _joined(first: Message, others: Sequence[Message]) -> Heard:
    lines, last = [_words_of(first)], first
    for message in others:
        words = _words_of(message)
        if words and _bare(words) != _bare(lines[-1]):
            if len("\n".join([*lines, words])) > MOST_LETTERS:
                break
            lines.append(words)
        last = message
    return Heard(without_card_numbers("\n".join(filter(None, lines))) or "…", last)


def _bare(words: str) -> str:
    """Without its signs: "sim??" after "sim" is no doubt, but impatience."""
    return words.strip(_SIGNS).casefold() or words


def _command_of(message: Message) -> str:
    """A button's payload counts only if the bot offered it. Of a code it learns what came of it."""
    if tried := message.extra.get("code"):
        return f"/code_given{json.dumps(tried)}"
    payload = message.extra["payload"]
    return str(payload) if payload in queries.offered_payloads(message.conversation_id) else ""


def _words_of(message: Message) -> str:
    """They never begin with a slash: to the bot that would be a command."""
    return split_numbers.heard_by_bot(message).lstrip("/ \n\t")
