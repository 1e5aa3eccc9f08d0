"""The bot's turn: it answers what the customer said, in order, or a person is called."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from app.conversations import access, patience, queries, switchboard
from app.conversations.cleaning import cleaned, readable, shortened
from app.conversations.models import Conversation, Message, Status
from app.conversations.port import Answer, BotDown, Question
from app.conversations.secret_words import filled
from app.conversations.service import covering, handover, hearing, understanding
from app.conversations.service.messages import say
from app.core import clock, db, turns
from app.core.actor import BOT, SYSTEM
from app.core.errors import Refusal
from app.core.i18n import LANGUAGES
from app.core.sweeps import one_by_one
from app.markets import queries as markets

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """`since` is how far the bot had answered, `last` the last message of what it heard."""

    question: Question
    since: int
    last: Message


@dataclass(slots=True)
class _Turn:
    """What the bot made of what it was asked."""

    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    language: str | None = None
    understood: dict[str, Any] | None = None


def answer(conversation_id: UUID) -> None:
    """Have the bot answer everything it has not answered. One worker at a time; whoever finds
    the conversation taken leaves it to the other, who looks again after giving it free."""
    asks = True
    while asks:
        with turns.alone(conversation_id.bytes) as free:
            if not free:
                return
            _answer_next(conversation_id)
        with db.transaction():
            asks = queries.awaits_bot(conversation_id)


def hand_over_the_waiting() -> int:
    """A person for everyone who waits too long for the bot. Returns how many."""
    longest = switchboard.patience()

    def waits(conversation_id: UUID) -> bool:
        return bool(queries.unanswered_by_bot(longer_than=longest, of=conversation_id))

    waiting = queries.unanswered_by_bot(longer_than=longest)
    return one_by_one(partial(_free, reason="bot_unavailable", is_left=waits), waiting)


def hand_over_the_stuck() -> int:
    """A person for every talk in which nobody answers the customer, whatever went wrong: given
    back without an answer, a bot that forgot, hours in which nothing ran. Returns how many."""
    now = clock.now()
    longest = {
        each.code: patience.stuck_after(each.settings_at(now)) for each in markets.all_markets()
    }
    free = partial(_free, reason="stuck", is_left=queries.is_stuck)
    return one_by_one(free, queries.stuck(longest))


def _free(conversation_id: UUID, reason: str, is_left: Callable[[UUID], bool]) -> bool:
    """Unless somebody has answered since."""
    with db.transaction():
        access.conversation_for(SYSTEM, conversation_id, "conversations.read", lock=True)
        if not is_left(conversation_id):
            return False
        call_a_person(conversation_id, reason=reason)
    return True


def call_a_person(conversation_id: UUID, *, reason: str = "bot_unavailable") -> None:
    """Because the bot cannot."""
    handover.hand_over(
        conversation_id,
        by=SYSTEM,
        reason=reason,
        intent="unknown",
        topic="other",
        slots={},
        tried=[],
        summary="",
    )


def _answer_next(conversation_id: UUID) -> None:
    asked = _next_question(conversation_id)
    if asked is None:
        return
    try:
        answers = switchboard.bot().ask(asked.question)
        _take_down(asked, _turn_of(answers))
    except (BotDown, Refusal) as error:
        log.warning("bot_down", conversation_id=str(conversation_id), error=str(error))
        call_a_person(conversation_id)


def _next_question(conversation_id: UUID) -> _Asked | None:
    with db.transaction():
        conversation = access.conversation_for(
            SYSTEM, conversation_id, "conversations.read", lock=True
        )
        if conversation.status is not Status.BOT:
            return None
        heard = hearing.next_heard(conversation_id, conversation.bot_seq)
        if heard is None:
            return None
        if not conversation.inbox.bot_on:
            call_a_person(conversation_id)
            return None
        return _Asked(_question(conversation, heard.text), conversation.bot_seq, heard.last)


def _question(conversation: Conversation, text: str) -> Question:
    return Question(
        conversation.id,
        text,
        conversation.language,
        conversation.channel,
        conversation.market_code,
    )


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
    found = {
        "intent": shortened(custom.get("intent", ""), 80),
        "confidence": _share(custom.get("confidence")),
    }
    if custom.get("next"):
        found["next"] = shortened(custom["next"], 80)
        found["next_confidence"] = _share(custom.get("next_confidence"))
    return found


def _share(given: object) -> float | None:
    """None for what is none, such as NaN."""
    return float(given) if isinstance(given, int | float) and 0 <= given <= 1 else None


def _card(custom: Any) -> dict[str, str]:
    known = ("kind", "url", "amount", "invoice")
    return {name: shortened(custom[name], 2000) for name in known if custom.get(name)}


def _buttons(each: Answer) -> dict[str, Any]:
    """Raises UnreadableMessage."""
    buttons = [
        {"title": readable(one.title), "payload": readable(one.payload)} for one in each.buttons
    ]
    return {"buttons": buttons} if buttons else {}


def _take_down(asked: _Asked, turn: _Turn) -> None:
    """Store the answers, unless a person was faster or another worker has stored some: what was
    not among those is asked again."""
    conversation_id, seq = asked.question.conversation_id, asked.last.seq
    with db.transaction():
        conversation = access.conversation_for(
            SYSTEM, conversation_id, "conversations.read", lock=True
        )
        if conversation.bot_seq > asked.since:
            return
        conversation.bot_seq = seq
        conversation.language = turn.language or conversation.language
        if turn.understood is not None:
            understanding.keep(asked.last, conversation, turn.understood)
        if conversation.status not in {Status.BOT, Status.WAITING}:
            return
        for place, (words, extra) in enumerate(turn.said):
            told, secrets = filled(_fit(words, extra), conversation_id)
            key = f"bot:{seq}:{place}"
            message = say(conversation_id, told, by=BOT, client_key=key, extra=extra)
            covering.cover_later(message, secrets)


def _fit(words: str, extra: dict[str, Any]) -> str:
    """A card may come without words; it still has a line for those who see no cards."""
    return cleaned(words, may_be_empty=True) or str(extra.get("card", {}).get("url", "…"))
