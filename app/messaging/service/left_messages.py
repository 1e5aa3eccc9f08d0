"""A message that is left when nobody is there: a conversation with a ticket, answered by mail."""

from uuid import UUID

from app.conversations import access, chat_settings
from app.conversations.chat_settings import Introduction
from app.conversations.cleaning import cleaned
from app.conversations.models import Conversation, Inbox
from app.conversations.service import chat, handover, moving
from app.conversations.service.messages import say
from app.core import db
from app.core.actor import SYSTEM, Actor
from app.core.errors import Invalid
from app.messaging.errors import NoMessagesTaken
from app.messaging.service import chat_mail

REASON = "left_message"


def leave(
    conversation_id: UUID,
    text: str,
    *,
    inbox_id: UUID,
    introduction: Introduction,
    by: Actor,
    client_key: str,
) -> Conversation:
    """Her words wait for a person, who answers by mail. `inbox_id` is the widget's.

    Raises NoMessagesTaken where the inbox has no such form or no mail leaves, Invalid for a
    stranger without an address. The same `client_key` leaves one message.
    """
    words = cleaned(text)
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        inbox = db.session.get_one(Inbox, inbox_id)
        if not _takes_messages(inbox):
            raise NoMessagesTaken
        chat.introduce(conversation, introduction)
        if not chat_mail.address_of(conversation):
            raise Invalid(field="email")
        # Before it is said, so that the bot does not answer what is for a person.
        handover.hand_over(
            conversation.id,
            by=SYSTEM,
            reason=REASON,
            intent=REASON,
            topic=conversation.visitor_topic,
            slots={},
            tried=[],
            summary=words,
        )
        say(conversation.id, words, by=by, client_key=client_key)
        _answer_by_mail(conversation)
    return conversation


def _takes_messages(inbox: Inbox) -> bool:
    wanted = chat_settings.read(inbox.chat).takes_messages
    return wanted and chat_mail.inbox_of(inbox.market_code) is not None


def _answer_by_mail(conversation: Conversation) -> None:
    if conversation.channel != chat_mail.WEBCHAT:
        return
    way = chat_mail.open_way(conversation)
    if way is not None:
        moving.move(conversation, *way, by=SYSTEM)
