"""What a person said: her words go, that there was a talk stays as a figure."""

from uuid import UUID

from sqlalchemy import select

from app.conversations import storage
from app.conversations.models import Attachment, Conversation
from app.conversations.service import memory
from app.core import db
from app.core.actor import Actor
from app.core.i18n import lazy
from app.core.personal import Blank, Delete, Keep, Part, Personal


def erase_files(customer_id: UUID, by: Actor) -> int:  # noqa: ARG001 - as every eraser is called
    """What was sent to and fro, before the rows that say where it lies."""
    query = select(Attachment.stored_as).join(
        Conversation, Conversation.id == Attachment.conversation_id
    )
    names = list(db.session.scalars(query.where(Conversation.customer_id == customer_id)))
    for name in names:
        storage.remove(name)
    return len(names)


def erase_bot_memory(customer_id: UUID, by: Actor) -> int:
    return memory.forget_customer(customer_id, by=by)


PART = Part(
    tables=(
        Personal("attachment", {"conversation_id": "conversation"}, Delete()),
        Personal(
            "conversation",
            {"customer_id": "customer"},
            Blank(
                address=None,
                visitor_name="",
                visitor_email="",
                visitor_topic="",
                learnt={},
                summary="",
                rating_comment=None,
            ),
        ),
        Personal("draft", {"conversation_id": "conversation"}, Delete()),
        Personal(
            "message", {"conversation_id": "conversation"}, Blank(author_name="", body="", extra={})
        ),
        Personal("told_secret", {"message_id": "message"}, Delete()),
        Personal(
            "understanding",
            {"message_id": "message"},
            Keep(lazy("an intent and how sure it was; no words")),
        ),
        Personal(
            "widget_session",
            {"customer_id": "customer", "conversation_id": "conversation"},
            Delete(),
        ),
    ),
    exempt={
        "agent_spell": "of the staff",
        "agent_state": "of the staff",
        "canned_reply": "sentences of the operator",
        "inbox": "of the operator",
    },
    erase_more=(erase_files, erase_bot_memory),
)
