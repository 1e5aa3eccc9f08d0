"""What was said, by mail: for the visitor who wants to keep it, or an agent who sends it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from app.audit import service as audit
from app.conversations import access
from app.conversations.chat_settings import Introduction
from app.conversations.models import Author, Conversation, Message, MessageKind, Verification
from app.conversations.secret_words import Span, covered
from app.conversations.service import activities, chat, covering
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.markets import queries as markets
from app.messaging.errors import NoMailToHer, TranscriptsEnough, TranscriptTooEarly
from app.messaging.models import Delivery
from app.messaging.service import chat_mail, queueing, switching

_MOST_SHOWN = 1000
_AGAIN = timedelta(minutes=10)
_MOST_A_DAY = 3


def send(conversation_id: UUID, *, by: Actor, email: str = "") -> str:
    """Mail the talk to its customer, and say where to. `email` is what a stranger writes now.

    To an address that is merely written down nothing leaves before a person of ours was there:
    nobody uses us to mail her own words to somebody else. Raises NoMailToHer, TranscriptTooEarly,
    TranscriptsEnough.
    """
    with db.transaction():
        conversation = _held(conversation_id, by)
        if email and not by.is_staff:
            chat.introduce(conversation, Introduction(email=email))
        way = chat_mail.way_of(conversation)
        if way is None:
            raise NoMailToHer
        _, address = way
        if not by.is_staff:
            _check(conversation, address)
        chat_mail.open_way(conversation)
        queueing.queue_transcript(conversation, *way, *_letter(conversation))
        activities.leave(conversation, "mailed")
        audit.record(
            by, "conversation.transcript_sent", "conversation", conversation.id, to=address
        )
    return address


def _held(conversation_id: UUID, by: Actor) -> Conversation:
    if by.is_staff:
        return switching.owned(conversation_id, by)
    return access.conversation_for(by, conversation_id, "conversations.read", lock=True)


def _check(conversation: Conversation, address: str) -> None:
    if conversation.verification is Verification.NONE and not _person_was_there(conversation):
        raise TranscriptTooEarly
    sent = select(func.count()).where(
        Delivery.address == address, Delivery.shape.has_key("transcript")
    )
    now = clock.now()
    here = sent.where(
        Delivery.conversation_id == conversation.id, Delivery.created_at > now - _AGAIN
    )
    today = sent.where(Delivery.created_at > now - timedelta(days=1))
    if db.session.scalar(here) or (db.session.scalar(today) or 0) >= _MOST_A_DAY:
        raise TranscriptsEnough


def _person_was_there(conversation: Conversation) -> bool:
    query = exists().where(
        Message.conversation_id == conversation.id,
        Message.author == Author.AGENT,
        Message.kind == MessageKind.TEXT,
    )
    return bool(db.session.scalar(select(query)))


def _letter(conversation: Conversation) -> tuple[str, str]:
    """Subject and text, in the language of the talk and the market's time."""
    query = select(Message).where(
        Message.conversation_id == conversation.id, Message.kind == MessageKind.TEXT
    )
    said = db.session.scalars(query.order_by(Message.seq.desc()).limit(_MOST_SHOWN)).all()
    zone = ZoneInfo(markets.market(conversation.market_code).timezone)
    secrets = covering.told_in(conversation.id)
    with speaking(conversation.language):
        subject = _("Your conversation with us")
        opening = _("This is what was said. Answer this mail to go on.")
        lines = [_line(each, zone, secrets.get(each.id, ())) for each in reversed(said)]
    return subject, "\n\n".join([opening, *lines])


def _line(message: Message, zone: ZoneInfo, secrets: Sequence[Span]) -> str:
    """A secret that can still be read in the talk is not mailed with it."""
    head = f"{message.at.astimezone(zone):%Y-%m-%d %H:%M} · {_who(message)}"
    files = [f"📎 {each['name']}" for each in message.extra.get("attachments", [])]
    url = message.extra.get("card", {}).get("url", "")
    words = covered(message.body, secrets)
    return "\n".join(part for part in [head, words, url, *files] if part)


def _who(message: Message) -> str:
    if message.author is Author.AGENT:
        return message.author_name
    if message.author is Author.CUSTOMER:
        return message.author_name or _("You")
    return _("Assistant")
