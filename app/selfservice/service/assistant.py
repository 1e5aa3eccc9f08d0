"""The bot of the chat, by speech: her words go to it as a message, its answer is waited for.

The worker has the bot answer, as in a chat. A provider is never held longer than PATIENCE.
"""

from dataclasses import dataclass
from time import monotonic, sleep

from sqlalchemy import select

from app.conversations.models import Conversation, Inbox, Message
from app.conversations.service.beginning import writer_of
from app.conversations.service.messages import say
from app.core import db
from app.messaging import switch
from app.messaging.service import queueing
from app.selfservice import queries
from app.selfservice.service import desk
from app.selfservice.talk import Talk
from app.subscriptions.msisdn import for_people

PATIENCE = 3.0
_LOOK_EVERY = 0.1
_NOT_UNDERSTOOD = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot said. `person` when one is asked for; `link` is to be paid at."""

    texts: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    link: str = ""
    understood: bool = True
    person: bool = False


def ask(talk: Talk, said: str, payload: str = "") -> int:
    """Her words, once for each turn. Returns the number of her message."""
    with db.transaction():
        conversation = desk.begun(talk).conversation
        message = say(
            conversation.id,
            said,
            by=writer_of(conversation, conversation.customer),
            client_key=f"{talk.step}:said",
            extra={"payload": payload} if payload else None,
        )
    return message.seq


def answer_to(talk: Talk, seq: int) -> Reply | None:
    """What the bot made of it; None when that takes longer than we may hold the line."""
    until = monotonic() + PATIENCE
    while (found := _answer(talk, seq)) is None and monotonic() < until:
        sleep(_LOOK_EVERY)
    return found


def send_link(talk: Talk, seq: int, link: str) -> bool:
    """An address is not read out: it goes by SMS, once. False when there is no way to send it."""
    inbox = _sms_inbox(talk)
    if inbox is None or not talk.sender:
        return False
    with db.transaction():
        dialogue = desk.begun(talk)
        key = f"{dialogue.id}:link:{seq}"
        if not queries.is_said(dialogue.conversation_id, key):
            desk.leave(dialogue.conversation_id, "link_sent", key, number=for_people(talk.sender))
            queueing.queue_words(inbox, talk.sender, link, language=talk.language)
    return True


def _answer(talk: Talk, seq: int) -> Reply | None:
    with db.transaction():
        dialogue = queries.dialogue_of(talk.inbox.id, talk.session_id)
        if dialogue is None:
            return Reply(person=True)
        conversation = db.session.get_one(
            Conversation, dialogue.conversation_id, populate_existing=True
        )
        if conversation.is_with_person:
            return Reply(person=True)
        if conversation.bot_seq < seq:
            return None
        asked, *answers = queries.asked_and_answered(conversation.id, seq)
        return _reply(asked, answers)


def _reply(asked: Message, answers: list[Message]) -> Reply:
    understood = asked.extra.get("understood") or {}
    links = [each.extra["card"]["url"] for each in answers if "url" in each.extra.get("card", {})]
    last = answers[-1].extra.get("buttons", []) if answers else []
    return Reply(
        texts=tuple(each.body for each in answers),
        buttons=tuple((str(each["title"]), str(each["payload"])) for each in last),
        link=str(links[-1]) if links else "",
        understood=understood.get("intent") != _NOT_UNDERSTOOD,
    )


def _sms_inbox(talk: Talk) -> Inbox | None:
    query = (
        select(Inbox)
        .where(Inbox.channel == "sms", Inbox.market_code == talk.market.code, Inbox.is_on)
        .order_by(Inbox.id)
    )
    return next((each for each in db.session.scalars(query) if switch.is_served(each)), None)
