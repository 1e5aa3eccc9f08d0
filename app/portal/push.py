"""What open widgets hear: the words of their own conversation, never a note, and how it stands."""

from typing import Any
from uuid import UUID

from app.conversations.events import (
    ConversationAssigned,
    ConversationMoved,
    ConversationRated,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    GivenBackToBot,
    HandedOver,
    MessagePosted,
    MessagesRead,
)
from app.conversations.models import Author, Conversation, Message, Status
from app.conversations.presentation import as_message, is_for_customers
from app.core import db, i18n
from app.portal.standing import places_in_line, standing
from app.tickets.events import (
    TicketAccepted,
    TicketChanged,
    TicketMerged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketUnmerged,
    TicketWoken,
)
from app.web.realtime import CHAT, conversation_room, socketio


def message_posted(event: MessagePosted) -> None:
    message = db.session.get(Message, event.message_id)
    if message is None or not is_for_customers(message):
        return
    with i18n.speaking(event.language):
        _emit("message", as_message(message, for_staff=False), event.conversation_id)
    if event.author == Author.CUSTOMER and event.status == Status.BOT:
        _emit("typing", {"who": "bot", "name": "", "on": True}, event.conversation_id)


def messages_read(event: MessagesRead) -> None:
    if event.reader == Author.AGENT:
        _emit("read", {"by": event.reader, "seq": event.seq}, event.conversation_id)


def conversation_changed(
    event: HandedOver
    | ConversationMoved
    | GivenBackToBot
    | ConversationAssigned
    | ConversationReleased
    | ConversationResolved
    | ConversationReopened
    | ConversationRated,
) -> None:
    conversation = db.session.get(Conversation, event.conversation_id)
    if conversation is not None:
        _emit("conversation", standing(conversation), event.conversation_id)


def line_moved(
    event: TicketOpened
    | TicketAccepted
    | TicketTransferred
    | TicketChanged
    | TicketResolved
    | TicketReopened
    | TicketMerged
    | TicketUnmerged
    | TicketWoken,
) -> None:
    """Whoever waits sees her place as it is now."""
    for conversation_id, told in places_in_line(event.market_code):
        _emit("conversation", told, conversation_id)


def _emit(name: str, told: dict[str, Any], conversation_id: UUID) -> None:
    socketio.emit(name, told, namespace=CHAT, to=conversation_room(conversation_id))
