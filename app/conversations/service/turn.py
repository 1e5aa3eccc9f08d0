"""The bot's turn: it answers what the customer said, in order, or a person is called."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog

from app.conversations import access, queries, switchboard
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation, Message, Status
from app.conversations.port import Answer, BotDown, Question
from app.conversations.service import handover
from app.conversations.service.messages import say
from app.core import db, turns
from app.core.actor import BOT, SYSTEM
from app.core.errors import Refusal
from app.core.i18n import LANGUAGES

log = structlog.get_logger(__name__)

# Beyond the time the bot has itself: the worker may be slow, or away.
PATIENCE = timedelta(seconds=3)


@dataclass(slots=True)
class _Turn:
    """What the bot made of one message."""

    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    language: str | None = None
    understood: dict[str, Any] | None = None


def answer(conversation_id: UUID) -> None:
    """Have the bot answer everything it has not answered. One worker at a time; whoever finds
    the conversation taken leaves it to the other, who looks again after giving it free."""
    while _next_question(conversation_id) is not None:
        with turns.alone(conversation_id.bytes) as free:
            if not free:
                return
            _answer_all(conversation_id)


def hand_over_the_waiting() -> int:
    """A person for everyone who waits too long for the bot. Returns how many."""
    waiting = queries.unanswered_by_bot(longer_than=PATIENCE)
    for conversation_id in waiting:
        call_a_person(conversation_id)
    return len(waiting)


def call_a_person(conversation_id: UUID) -> None:
    """Because the bot cannot."""
    handover.hand_over(
        conversation_id,
        by=SYSTEM,
        reason="bot_unavailable",
        intent="unknown",
        topic="other",
        slots={},
        tried=[],
        summary="",
    )


def _answer_all(conversation_id: UUID) -> None:
    while (asked := _next_question(conversation_id)) is not None:
        seq, question = asked
        try:
            answers = switchboard.bot().ask(question)
            _take_down(conversation_id, seq, _turn_of(answers))
        except (BotDown, Refusal) as error:
            log.warning("bot_down", conversation_id=str(conversation_id), error=str(error))
            call_a_person(conversation_id)
            return


def _next_question(conversation_id: UUID) -> tuple[int, Question] | None:
    with db.transaction():
        conversation = access.conversation_for(
            SYSTEM, conversation_id, "conversations.read", lock=True
        )
        if conversation.status is not Status.BOT:
            return None
        message = queries.next_for_bot(conversation_id, conversation.bot_seq)
        if message is None:
            return None
        if not conversation.inbox.bot_on:
            call_a_person(conversation_id)
            return None
        return message.seq, _question(conversation, message)


def _question(conversation: Conversation, message: Message) -> Question:
    return Question(
        conversation.id,
        _words_for_bot(message),
        conversation.language,
        conversation.channel,
        conversation.market_code,
    )


def _words_for_bot(message: Message) -> str:
    """A button's payload counts only if the bot offered it. Words never begin with a slash: to
    the bot that would be a command."""
    payload = message.extra.get("payload")
    if payload and payload in queries.offered_payloads(message.conversation_id):
        return str(payload)
    return message.body.lstrip("/ \n\t") or "…"


def _turn_of(answers: list[Answer]) -> _Turn:
    turn = _Turn()
    for each in answers:
        match each.custom.get("kind"):
            case "understood":
                turn.understood = _understood(each.custom)
            case "language" if each.custom.get("language") in LANGUAGES:
                turn.language = each.custom["language"]
            case "payment_link" if str(each.custom.get("url", "")).startswith("http"):
                turn.said.append((each.text, {"card": _card(each.custom)}))
                continue
            case _:
                pass
        if each.text:
            turn.said.append((each.text, _buttons(each)))
    if not turn.said:
        raise BotDown("it said nothing")
    return turn


def _understood(custom: Any) -> dict[str, Any]:
    confidence = custom.get("confidence")
    known = isinstance(confidence, int | float)
    return {
        "intent": str(custom.get("intent", ""))[:80],
        "confidence": float(confidence) if known else None,
    }


def _card(custom: Any) -> dict[str, str]:
    known = ("kind", "url", "amount", "invoice")
    return {name: str(custom[name])[:2000] for name in known if custom.get(name)}


def _buttons(each: Answer) -> dict[str, Any]:
    buttons = [{"title": one.title, "payload": one.payload} for one in each.buttons]
    return {"buttons": buttons} if buttons else {}


def _take_down(conversation_id: UUID, seq: int, turn: _Turn) -> None:
    """Store the answers, unless a person was faster or they are stored already."""
    with db.transaction():
        conversation = access.conversation_for(
            SYSTEM, conversation_id, "conversations.read", lock=True
        )
        if conversation.bot_seq >= seq:
            return
        conversation.bot_seq = seq
        conversation.language = turn.language or conversation.language
        _keep_understood(conversation_id, seq, turn)
        if conversation.status not in {Status.BOT, Status.WAITING}:
            return
        for place, (words, extra) in enumerate(turn.said):
            say(
                conversation_id,
                _fit(words, extra),
                by=BOT,
                client_key=f"bot:{seq}:{place}",
                extra=extra,
            )


def _keep_understood(conversation_id: UUID, seq: int, turn: _Turn) -> None:
    asked = queries.next_for_bot(conversation_id, seq - 1)
    if asked is not None and turn.understood is not None:
        asked.extra = {**asked.extra, "understood": turn.understood}


def _fit(words: str, extra: dict[str, Any]) -> str:
    """A card may come without words; it still has a line for those who see no cards."""
    return cleaned(words, may_be_empty=True) or str(extra.get("card", {}).get("url", "…"))
