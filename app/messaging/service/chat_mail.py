"""The way by mail of a talk that began in a widget: to which address, by which inbox, and back."""

from uuid import UUID

from sqlalchemy import select

from app.conversations.events import MessagePosted
from app.conversations.models import (
    Conversation,
    Inbox,
    Message,
    Verification,
    WidgetSession,
)
from app.conversations.service import moving
from app.core import db
from app.core.actor import SYSTEM
from app.messaging import switch
from app.messaging.service import finding

WEBCHAT = "webchat"
MAIL = "email"


def address_of(conversation: Conversation) -> str:
    """Hers as a customer when we know who she is, else the one she wrote; empty for none.

    A stranger's talk never goes to the address of the customer she is taken for.
    """
    if conversation.customer is not None and conversation.verification is not Verification.NONE:
        return conversation.customer.email.lower()
    return conversation.visitor_email


def inbox_of(market_code: str) -> Inbox | None:
    """The market's oldest that is on."""
    query = select(Inbox).where(
        Inbox.market_code == market_code, Inbox.channel == MAIL, Inbox.is_on
    )
    found = db.session.scalars(query.order_by(Inbox.id))
    return next((inbox for inbox in found if switch.is_served(inbox)), None)


def way_of(conversation: Conversation) -> tuple[Inbox, str] | None:
    """None when there is no way to reach her by mail."""
    address, inbox = address_of(conversation), inbox_of(conversation.market_code)
    return (inbox, address) if inbox is not None and address else None


def open_way(conversation: Conversation) -> tuple[Inbox, str] | None:
    """The same, and what comes from there belongs to the conversation from now on. Joins the
    caller's transaction, which holds the row."""
    way = way_of(conversation)
    if way is not None:
        inbox, address = way
        finding.stay(conversation.id, inbox.id, address)
    return way


def come_back(event: MessagePosted) -> None:
    """She writes in the widget again: there the talk goes on. Heard in the transaction."""
    message = db.session.get_one(Message, event.message_id)
    session = _session_of(event.conversation_id, message)
    if session is None:
        return
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if message.author_id == session.customer_id == conversation.customer_id:
        conversation.verification = Verification.IDENTITY
    moving.move(conversation, db.session.get_one(Inbox, session.inbox_id), None, by=SYSTEM)


def _session_of(conversation_id: UUID, message: Message) -> WidgetSession | None:
    """The widget it was said in; None when it came by a provider, whose messages have a key of
    their own kind."""
    if message.client_key.startswith(finding.CAME):
        return None
    query = select(WidgetSession).where(
        WidgetSession.conversation_id == conversation_id, WidgetSession.ended_at.is_(None)
    )
    return db.session.scalar(query.order_by(WidgetSession.created_at.desc()).limit(1))
