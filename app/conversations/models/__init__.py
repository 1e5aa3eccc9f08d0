"""Inboxes, conversations and their messages, and who answers them."""

from app.conversations.models.conversation import Conversation, Status, Verification
from app.conversations.models.inbox import Inbox
from app.conversations.models.message import Attachment, Author, Message, MessageKind, ToldSecret
from app.conversations.models.presence import AgentSpell, AgentState, Availability
from app.conversations.models.understanding import Understanding
from app.conversations.models.widget import WidgetSession
from app.conversations.models.writing import CannedReply, Draft, DraftKind

__all__ = [
    "AgentSpell",
    "AgentState",
    "Attachment",
    "Author",
    "Availability",
    "CannedReply",
    "Conversation",
    "Draft",
    "DraftKind",
    "Inbox",
    "Message",
    "MessageKind",
    "Status",
    "ToldSecret",
    "Understanding",
    "Verification",
    "WidgetSession",
]
