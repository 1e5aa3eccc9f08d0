"""A call beyond the menus: waiting, being put through, and what is recorded of it."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from app.conversations import access
from app.conversations.errors import NotYourConversation
from app.conversations.models import Inbox
from app.conversations.service import attachments
from app.conversations.service.messages import say
from app.core import clock, db, i18n
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.markets import queries as markets
from app.messaging import switch
from app.selfservice import queries, sessions
from app.selfservice.errors import CallFailed, NoCall
from app.selfservice.menus.people import place_text
from app.selfservice.models import Dialogue
from app.selfservice.service import desk, turns
from app.selfservice.wording import Wording
from channels.dialogue import (
    Browser,
    CallChannel,
    Dial,
    DialogueChannel,
    Fetched,
    Held,
    Joined,
    Pause,
    Place,
    Play,
    Step,
    Waiting,
)
from channels.port import Answer, ChannelDown, Media, Undeliverable

_CALL_BACK, _MESSAGE = "1", "2"
_PAUSE = 20


def go_on(
    inbox: Inbox, heard: Waiting | Joined | Fetched | Held, channel: DialogueChannel
) -> Answer:
    """What a caller beyond the menus hears next."""
    match heard:
        case Waiting():
            return waiting(inbox, heard, channel)
        case Joined():
            return joined(inbox, heard, channel)
        case Fetched():
            return fetched(inbox, heard, channel)
        case Held():
            return held(inbox, heard, channel)


def waiting(inbox: Inbox, heard: Waiting, channel: DialogueChannel) -> Answer:
    """Her place, what to expect, and two ways out that lose neither."""
    dialogue = _dialogue(inbox, heard.session_id)
    language = dialogue.conversation.language
    with i18n.speaking(language):
        if heard.said == _CALL_BACK and dialogue.sender:
            desk.want_call_back(dialogue)
            return _rendered(inbox, channel, Step("", language, act=Play(leave=True)))
        if heard.said == _MESSAGE:
            return _rendered(inbox, channel, Step("", language, act=Play(leave=True)))
        words = Wording(markets.market(inbox.market_code), language, aloud=True)
        told = [place_text(words, desk.standing_of(dialogue))]
        if dialogue.sender:
            told.append(_("Press 1 to be called back: you keep your place."))
        told.append(_("Press 2 to leave a message."))
        return _rendered(inbox, channel, Step(" ".join(told), language, act=Play(_PAUSE)))


def joined(inbox: Inbox, heard: Joined, channel: DialogueChannel) -> Answer:
    """After the queue or the ringing: goodbye, or a message when nobody was there."""
    dialogue = _dialogue(inbox, heard.session_id)
    language = dialogue.conversation.language
    if dialogue.call_back:
        with i18n.speaking(language):
            number = for_voice(inbox, language).number(dialogue.sender)
            text = _("We call you back at %(number)s.", number=number)
        return _rendered(inbox, channel, Step(text, language))
    if heard.outcome in {"answered", "abandoned"}:
        return _rendered(inbox, channel, Step("", language))
    return turns.show(inbox, heard.session_id, dialogue.sender, "voicemail", channel)


def fetched(inbox: Inbox, heard: Fetched, channel: DialogueChannel) -> Answer:
    """The caller is out of the queue: her agent's browser rings, and the SIP address if any."""
    dialogue = _dialogue(inbox, heard.session_id)
    language = dialogue.conversation.language
    agent_id = dialogue.conversation.assignee_id
    if agent_id is None and dialogue.outgoing:
        return turns.show(inbox, heard.session_id, dialogue.sender, "voicemail", channel)
    if agent_id is None:
        return turns.show(inbox, heard.session_id, dialogue.sender, "queue", channel)
    sip = inbox.settings.get("sip_address", "")
    with db.transaction():
        dialogue.agent_id = agent_id
    text = ""
    if dialogue.outgoing:
        with i18n.speaking(language):
            text = _("%(name)s is calling you. This call may be recorded.", name=inbox.name)
    about = str(dialogue.conversation_id)
    dial = Dial(identity_of(agent_id), sip, recorded=True, about=about)
    return _rendered(inbox, channel, Step(text, language, act=dial))


def held(inbox: Inbox, heard: Held, channel: DialogueChannel) -> Answer:
    """She waits while her agent looks something up."""
    language = _dialogue(inbox, heard.session_id).conversation.language
    with i18n.speaking(language):
        text = _("One moment, please. We are still here.")
    return _rendered(inbox, channel, Step(text, language, act=Pause(_PAUSE, "hold")))


def hold(conversation_id: UUID, *, on: bool, by: Actor) -> None:
    """Have the customer wait, or ring the agent's browser again. Raises NoCall, CallFailed."""
    conversation = access.conversation_for(by, conversation_id, "conversations.reply")
    if conversation.assignee_id != by.id:
        raise NotYourConversation
    dialogue = queries.latest_of(conversation_id)
    if dialogue is None or dialogue.ended_at is not None or dialogue.agent_id is None:
        raise NoCall
    channel = switch.held(dialogue.inbox)
    if not isinstance(channel, CallChannel):
        raise NoCall
    try:
        event = "hold" if on else "agent"
        channel.move(dialogue.session_id, f"{switch.webhook_of(dialogue.inbox)}/{event}")
    except Undeliverable:
        raise NoCall from None
    except ChannelDown as error:
        raise CallFailed from error


def put_through(conversation_id: UUID, staff_name: str) -> None:
    """An agent accepted: bring her the caller who waits on the line. Told again, it does nothing.

    Raises ChannelDown, so that it is tried again.
    """
    dialogue = queries.latest_of(conversation_id)
    if dialogue is None or dialogue.call_back or dialogue.ended_at or dialogue.put_through_at:
        return
    channel = switch.held(dialogue.inbox)
    if dialogue.outgoing or not isinstance(channel, CallChannel):
        return
    try:
        channel.move(dialogue.session_id, f"{switch.webhook_of(dialogue.inbox)}/agent")
    except Undeliverable:
        return  # she has hung up
    with db.transaction():
        dialogue.put_through_at = clock.now()
        desk.leave(conversation_id, "put_through", f"{dialogue.id}:through", name=staff_name)


def fetch_recording(dialogue_id: UUID, recording_id: str, url: str, purpose: str) -> None:
    """Into the conversation, once. Raises ChannelDown."""
    dialogue = db.session.get_one(Dialogue, dialogue_id)
    channel = switch.held(dialogue.inbox)
    if not isinstance(channel, CallChannel):
        raise ChannelDown("no way to recordings")
    key = f"recording:{recording_id}"
    if queries.is_said(dialogue.conversation_id, key):
        return
    name = f"{purpose}-{recording_id[-6:]}.mp3"
    found = channel.fetch(Media("audio/mpeg", name, url=url))
    with db.transaction(), i18n.speaking(dialogue.conversation.language):
        kept = attachments.keep_upload(
            dialogue.conversation_id, io.BytesIO(found.content or b""), name, by=SYSTEM
        )
        text = _("Voicemail") if purpose == "voicemail" else _("Recording of the call")
        say(dialogue.conversation_id, text, by=SYSTEM, client_key=key, attachment_ids=[kept.id])


@dataclass(frozen=True, slots=True)
class AgentDoor:
    """What an agent's browser needs to take calls."""

    identity: str
    token: str = field(repr=False)
    kind: str
    url: str


def agent_door(by: Actor) -> AgentDoor:
    """Under which name this agent's browser takes calls, how, and a token for it. Raises NotFound
    where no inbox of her markets has calls in browsers."""
    by.must("conversations.reply")
    for channel, browser in _browsers(by):
        identity = identity_of(by.id)
        return AgentDoor(identity, channel.agent_token(identity), browser.kind, browser.url)
    raise NotFound


def browser_hosts(by: Actor) -> tuple[str, ...]:
    """Whom her browser speaks with to take calls; empty where it takes none."""
    return next((browser.hosts for _, browser in _browsers(by)), ())


def _browsers(by: Actor) -> Iterator[tuple[CallChannel, Browser]]:
    for inbox in queries.inboxes_for_calls(by):
        try:
            channel = switch.held(inbox)
        except (NotFound, ChannelDown):
            continue
        if isinstance(channel, CallChannel) and channel.browser is not None:
            yield channel, channel.browser


def identity_of(staff_id: UUID) -> str:
    return f"agent-{staff_id.hex}"


def for_voice(inbox: Inbox, language: str) -> Wording:
    return Wording(markets.market(inbox.market_code), language, aloud=True)


def forget(inbox: Inbox, session_id: str) -> None:
    sessions.forget(f"{inbox.id}:{session_id}")


def _dialogue(inbox: Inbox, session_id: str) -> Dialogue:
    found = queries.dialogue_of(inbox.id, session_id)
    if found is None:
        raise NotFound
    return found


def _rendered(inbox: Inbox, channel: DialogueChannel, step: Step) -> Answer:
    return channel.render(step, Place(switch.webhook_of(inbox), 0))
