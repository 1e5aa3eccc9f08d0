"""What agents' open screens hear. Words go only to those who follow the conversation; everyone
else is told by id that something changed, and fetches what they may see."""

from typing import Any
from uuid import UUID

from app.automation.events import StaffNotified
from app.conversations.events import (
    AvailabilityChanged,
    ConversationAssigned,
    ConversationMoved,
    ConversationReleased,
    ConversationReopened,
    ConversationResolved,
    DraftMoved,
    GivenBackToBot,
    HandedOver,
    MessageMarked,
    MessagePosted,
    MessagesRead,
    VerificationMoved,
)
from app.conversations.models import Message
from app.conversations.presentation import as_message
from app.core import db
from app.selfservice.events import CallMoved
from app.tickets.events import (
    FollowerTold,
    OfferEnded,
    SlaBreached,
    SlaWarned,
    TicketAccepted,
    TicketEscalated,
    TicketMerged,
    TicketOffered,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketTransferred,
    TicketUnmerged,
    TicketWoken,
)
from app.web.realtime import (
    BOARD,
    DESK,
    conversation_room,
    customer_room,
    market_room,
    socketio,
    staff_room,
)


def message_posted(event: MessagePosted) -> None:
    message = db.session.get(Message, event.message_id)
    if message is not None:
        shown = {"conversation_id": str(event.conversation_id), **as_message(message, True)}
        _emit("message", shown, conversation_room(event.conversation_id))
    if event.assignee_id is not None:
        _emit("conversation_moved", _ids(event.conversation_id), staff_room(event.assignee_id))


def message_changed(event: MessageMarked) -> None:
    message = db.session.get(Message, event.message_id)
    if message is not None:
        shown = {"conversation_id": str(event.conversation_id), **as_message(message, True)}
        _emit("message_changed", shown, conversation_room(event.conversation_id))


def messages_read(event: MessagesRead) -> None:
    told = {**_ids(event.conversation_id), "by": event.reader, "seq": event.seq}
    _emit("read", told, conversation_room(event.conversation_id))


def draft_moved(event: DraftMoved) -> None:
    """To every window of its writer, and where it is shared to all who have the conversation open:
    each fetches what she may see."""
    _emit("draft", _ids(event.conversation_id), staff_room(event.staff_id))
    if event.shared:
        _emit("draft", _ids(event.conversation_id), conversation_room(event.conversation_id))


ConversationChanged = (
    HandedOver
    | ConversationMoved
    | GivenBackToBot
    | ConversationAssigned
    | ConversationReleased
    | ConversationResolved
    | ConversationReopened
)


def conversation_changed(event: ConversationChanged) -> None:
    _emit("conversation", _ids(event.conversation_id), conversation_room(event.conversation_id))
    _emit("board_changed", {}, BOARD)


def call_moved(event: CallMoved) -> None:
    _emit("conversation", _ids(event.conversation_id), conversation_room(event.conversation_id))


def verification_moved(event: VerificationMoved) -> None:
    _emit("conversation", _ids(event.conversation_id), conversation_room(event.conversation_id))
    _emit("board_changed", {}, BOARD)


def queue_changed(
    event: TicketOpened
    | TicketOffered
    | OfferEnded
    | TicketAccepted
    | TicketResolved
    | TicketReopened
    | TicketTransferred
    | TicketMerged
    | TicketUnmerged
    | TicketWoken,
) -> None:
    told = {"ticket_id": str(event.ticket_id), "what": type(event).__name__}
    told["by"] = getattr(event, "staff_name", "")
    for room in (market_room(event.market_code), market_room("all")):
        _emit("queue_changed", told, room)
    _emit("board_changed", {}, BOARD)


def ticket_offered(event: TicketOffered) -> None:
    """To every window of the one it is offered to."""
    _emit("offered", {"ticket_id": str(event.ticket_id)}, staff_room(event.staff_id))


def clock_told(event: SlaWarned | SlaBreached) -> None:
    """A promise is late, or nearly: to who has it, and to those who look at the board."""
    if event.assignee_id is not None:
        told = {"ticket_id": str(event.ticket_id), "what": type(event).__name__}
        _emit("clock", told, staff_room(event.assignee_id))
    if event.conversation_id is not None:
        ids = _ids(event.conversation_id)
        _emit("conversation", ids, conversation_room(event.conversation_id))
    _emit("board_changed", {}, BOARD)


def escalated(event: TicketEscalated) -> None:
    for staff_id in event.staff_ids:
        told = {"ticket_id": str(event.ticket_id), "what": event.deed}
        _emit("escalated", told, staff_room(staff_id))


def staff_notified(event: StaffNotified) -> None:
    """Only that there is something: the page fetches what."""
    _emit("notice", {}, staff_room(event.staff_id))


def follower_told(event: FollowerTold) -> None:
    """To every window of the one who follows; the page fetches what is new."""
    _emit("news", {"ticket_id": str(event.ticket_id)}, staff_room(event.staff_id))


def board_changed(_event: AvailabilityChanged | Any) -> None:
    _emit("board_changed", {}, BOARD)


def customer_changed(event: Any) -> None:
    """Something in the customer's 360 is new; the screen fetches it."""
    if event.customer_id is not None:
        told = {"customer_id": str(event.customer_id), "what": type(event).__name__}
        _emit("customer_changed", told, customer_room(event.customer_id))


def _ids(conversation_id: UUID) -> dict[str, Any]:
    return {"conversation_id": str(conversation_id)}


def _emit(name: str, told: dict[str, Any], room: str) -> None:
    socketio.emit(name, told, namespace=DESK, to=room)
