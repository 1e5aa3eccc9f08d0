"""From the bot to a person, and back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.audit import service as audit
from app.conversations import access
from app.conversations.cleaning import shortened
from app.conversations.errors import NotWithPerson, NotYourConversation
from app.conversations.events import GivenBackToBot, HandedOver
from app.conversations.models import Conversation, Status
from app.conversations.service import activities
from app.core import clock, db, events
from app.core.actor import Actor

_LONGEST_SUMMARY = 1000
_LONGEST_VALUE = 300
_MOST_VALUES = 40
_VAGUE = frozenset({"", "other"})


def hand_over(
    conversation_id: UUID,
    *,
    by: Actor,
    reason: str,
    intent: str,
    topic: str,
    slots: Mapping[str, object],
    tried: Sequence[str],
    summary: str,
) -> Conversation:
    """Ask for a person. Changes nothing while one is asked for or has the conversation."""
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if conversation.is_with_person:
            return conversation
        conversation.summary = shortened(summary, _LONGEST_SUMMARY)
        conversation.learnt = _learnt(
            reason=reason,
            intent=intent,
            topic=_topic(topic, conversation),
            slots=slots,
            tried=tried,
        )
        _wait_for_person(conversation)
        audit.record(by, "conversation.handed_over", "conversation", conversation.id, reason=reason)
        activities.leave(conversation, "handed_over")
        events.announce(
            HandedOver(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                conversation.language,
                conversation.learnt["reason"],
                conversation.learnt["intent"],
                conversation.learnt["topic"],
                conversation.summary,
                clock.now(),
            )
        )
    return conversation


def give_back_to_bot(conversation_id: UUID, *, by: Actor) -> Conversation:
    """Let the bot answer again, from the next message on. The owner's to do, or an assigner's."""
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if not conversation.is_with_person:
            raise NotWithPerson
        if conversation.assignee_id != by.id and not by.may("conversations.assign"):
            raise NotYourConversation
        conversation.status = Status.BOT
        conversation.assignee_id = None
        activities.leave(conversation, "given_back")
        conversation.bot_seq = conversation.last_seq
        audit.record(by, "conversation.given_back", "conversation", conversation.id)
        events.announce(
            GivenBackToBot(
                conversation.id,
                conversation.customer_id,
                conversation.market_code,
                clock.now(),
            )
        )
    return conversation


def _wait_for_person(conversation: Conversation) -> None:
    conversation.status = Status.WAITING
    conversation.assignee_id = None
    conversation.handed_over_at = clock.now()
    conversation.accepted_at = None
    conversation.first_reply_at = None
    conversation.resolved_at = None


def _learnt(
    *, reason: str, intent: str, topic: str, slots: Mapping[str, object], tried: Sequence[str]
) -> dict[str, Any]:
    """Short texts only, without card numbers: it is shown to agents as it stands."""
    kept = list(slots.items())[:_MOST_VALUES]
    return {
        "reason": _short(reason),
        "intent": _short(intent),
        "topic": _short(topic),
        "slots": {_short(name): _short(value) for name, value in kept if value is not None},
        "tried": [_short(each) for each in tried[:_MOST_VALUES]],
    }


def _topic(topic: str, conversation: Conversation) -> str:
    """What she chose herself, where nobody knows better."""
    return conversation.visitor_topic or topic if topic in _VAGUE else topic


def _short(value: object) -> str:
    return shortened(value, _LONGEST_VALUE)
