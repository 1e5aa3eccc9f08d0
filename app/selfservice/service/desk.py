"""A dialogue at the desk: the conversation it becomes, its way to a person, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.audit import service as audit
from app.conversations import activity
from app.conversations.access import conversation_for
from app.conversations.cleaning import shortened
from app.conversations.models import Inbox, MessageKind, Status, Verification
from app.conversations.service import handover, ownership, split_numbers
from app.conversations.service.beginning import begin, writer_of
from app.conversations.service.messages import say
from app.conversations.service.speaking import speak
from app.core import clock, db, events
from app.core.actor import BOT, SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.core.turns import take_turn
from app.messaging.wording import acceptable
from app.selfservice import queries
from app.selfservice.events import CallMoved, RecordingArrived
from app.selfservice.models import Dialogue, Outcome
from app.selfservice.service import busy
from app.selfservice.talk import Talk
from app.subscriptions.msisdn import for_people
from app.tickets import queries as tickets
from channels.dialogue import Ended, Recorded, Transcribed, Uttered


@dataclass(frozen=True, slots=True)
class Standing:
    """Where she stands in the queue, 1 is next; `wait` is None when nobody can say."""

    place: int | None
    wait: timedelta | None


def begun(talk: Talk) -> Dialogue:
    """The conversation of this dialogue, made the first time it is asked for."""
    with db.transaction():
        take_turn(f"dialogue:{talk.inbox.id}:{talk.session_id}")
        found = queries.dialogue_of(talk.inbox.id, talk.session_id)
        if found is not None:
            return found
        customer = talk.line.customer if talk.line else None
        sure = Verification.ADDRESS if customer and talk.vouched else Verification.NONE
        conversation = begin(
            talk.inbox,
            customer,
            verification=sure,
            language=talk.language,
            name=for_people(talk.sender),
        )
        dialogue = Dialogue(
            inbox_id=talk.inbox.id,
            session_id=talk.session_id,
            conversation_id=conversation.id,
            conversation=conversation,
            sender=talk.sender,
            line_id=talk.line.id if talk.line else None,
            started_at=clock.now(),
        )
        db.session.add(dialogue)
        db.session.flush()  # others find it by its session
        if talk.aloud:
            number = for_people(talk.sender) or _("hidden number")
            leave(conversation.id, "called_in", "called-in", number=number)
    return dialogue


def know(talk: Talk, until: datetime) -> None:
    """She has proven by her PIN that it is she: the bot and agents may rely on it until then."""
    with db.transaction():
        conversation = begun(talk).conversation
        if conversation.customer_id and conversation.verification is not Verification.IDENTITY:
            conversation.proven_as, conversation.proven_until = Verification.IDENTITY, until
            audit.record(SYSTEM, "conversation.verified", "conversation", conversation.id)


def note(talk: Talk, chosen: str, told: str) -> None:
    """What was chosen and what it was answered with, once for each turn."""
    with db.transaction():
        dialogue = begun(talk)
        speak(dialogue.conversation_id, talk.language, by=SYSTEM)
        if chosen:
            leave(dialogue.conversation_id, "chosen", f"{talk.step}:chosen", what=chosen[:300])
        if told and dialogue.conversation.status in {Status.BOT, Status.WAITING}:
            say(dialogue.conversation_id, told[:4000], by=BOT, client_key=f"{talk.step}:told")


def ask_for_person(
    talk: Talk, *, intent: str = "talk_to_agent", tried: Sequence[str] = ()
) -> Standing:
    """A ticket in the queue with what she did before. Asking again keeps her place."""
    with db.transaction():
        dialogue = begun(talk)
        number = for_people(talk.sender)
        handover.hand_over(
            dialogue.conversation_id,
            by=writer_of(dialogue.conversation, dialogue.conversation.customer),
            reason="asked",
            intent=intent,
            topic="other",
            slots={"number": number, "channel": talk.inbox.channel},
            tried=list(tried),
            summary=_summary(number, tried, intent),
        )
        if intent == "call_back":
            want_call_back(dialogue)
        return standing_of(dialogue)


def standing_of(dialogue: Dialogue) -> Standing:
    ticket = tickets.of_conversation(dialogue.conversation_id)
    place = tickets.position(ticket) if ticket else None
    return Standing(place, tickets.expected_wait(dialogue.inbox.market_code, ticket))


def want_call_back(dialogue: Dialogue) -> None:
    """She hangs up and keeps her place. Once, however often she presses the key."""
    with db.transaction():
        if not dialogue.call_back:
            dialogue.call_back = True
            number = for_people(dialogue.sender)
            leave(dialogue.conversation_id, "call_back", f"{dialogue.id}:back", number=number)


def end(inbox: Inbox, ended: Ended) -> None:
    """How the call ended; told again, it changes nothing. Self-service alone leaves no work."""
    with db.transaction():
        dialogue = queries.dialogue_of(inbox.id, ended.session_id, lock=True)
        if dialogue is None or dialogue.ended_at is not None:
            return
        dialogue.ended_at, dialogue.seconds = clock.now(), ended.seconds
        dialogue.outcome = Outcome(ended.outcome)
        seconds = str(ended.seconds or 0)
        code = f"call_{dialogue.outcome.value}"
        if inbox.channel == "voice":
            leave(dialogue.conversation_id, code, f"{dialogue.id}:end", seconds=seconds)
        if dialogue.agent_id is not None:
            busy.wrap_up(dialogue.agent_id)
        events.announce(CallMoved(dialogue.conversation_id))
        if dialogue.conversation.status is Status.BOT:
            ownership.resolve(dialogue.conversation_id, by=SYSTEM)


def keep_recording(inbox: Inbox, recorded: Recorded) -> None:
    """Fetched after the commit, by an errand."""
    with db.transaction():
        dialogue = queries.dialogue_of(inbox.id, recorded.session_id)
        if dialogue is not None:
            events.announce(
                RecordingArrived(dialogue.id, recorded.recording_id, recorded.url, recorded.purpose)
            )


def keep_transcript(inbox: Inbox, transcribed: Transcribed) -> None:
    """What somebody said on a recording, once. A voicemail is work for a person."""
    with db.transaction():
        dialogue = queries.dialogue_of(inbox.id, transcribed.session_id)
        words = _heard(transcribed.text, 3500)
        if dialogue is None or not words:
            return
        with speaking(dialogue.conversation.language):
            told = _("Written down: %(text)s", text=words)
        key = f"transcript:{transcribed.recording_id}"[:80]
        say(dialogue.conversation_id, told, by=SYSTEM, client_key=key)


def keep_utterance(inbox: Inbox, uttered: Uttered) -> None:
    """A sentence of a call with an agent, once: a line of the timeline that asks for nothing."""
    with db.transaction():
        dialogue = queries.dialogue_of(inbox.id, uttered.session_id)
        words = _heard(uttered.text, 1000)
        if dialogue is None or not words:
            return
        code = "said_by_caller" if uttered.by_customer else "said_by_agent"
        key = f"said:{uttered.utterance_id}"
        conversation_for(SYSTEM, dialogue.conversation_id, "conversations.read", lock=True)
        if not queries.is_said(dialogue.conversation_id, key):
            words = split_numbers.cut_spoken(dialogue.conversation_id, code, words)
            leave(dialogue.conversation_id, code, key, words=words)


def _heard(text: str, longest: int) -> str:
    """What a machine wrote down of a voice, as it may be kept."""
    return shortened(acceptable(text), longest).strip()


def _summary(number: str, tried: Sequence[str], intent: str) -> str:
    told = {
        "call_back": _("Wants to be called back at %(number)s.", number=number),
        "voicemail": _("Left a message from %(number)s.", number=number),
    }.get(intent) or _("Calls from %(number)s.", number=number)
    return told + (" " + _("Before: %(pages)s.", pages=", ".join(tried)) if tried else "")


def leave(conversation_id: UUID, code: str, key: str, **params: str) -> None:
    """The line among the messages, once for each key."""
    say(
        conversation_id,
        activity.text_of(code, params),
        by=SYSTEM,
        client_key=key,
        kind=MessageKind.ACTIVITY,
        extra={"activity": code, "params": params},
    )
