"""What the middle of the desk shows of one conversation."""

from typing import Any

from flask import render_template

from app.conversations import queries
from app.conversations.models import Conversation, Status
from app.core.actor import Actor
from app.tickets import queries as tickets
from app.web.login import current_actor
from app.workspace.call_bar import call_bar_of
from app.workspace.channel_bar import bar_of


def chat_of(conversation: Conversation) -> dict[str, Any]:
    """For the whole pane: header, thread and composer."""
    canned = queries.canned_replies(conversation.language)
    return {
        **header_of(conversation),
        "canned": canned,
        "channel": bar_of(conversation),
        "call": call_bar_of(conversation, may_reply=may_reply(current_actor(), conversation)),
    }


def header_of(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "customer": conversation.customer,
        "ticket": tickets.of_conversation(conversation.id),
        "may_reply": may_reply(current_actor(), conversation),
    }


def may_reply(actor: Actor, conversation: Conversation) -> bool:
    """Only who owns it answers the customer; notes are everybody's."""
    owns = conversation.status is Status.OPEN and conversation.assignee_id == actor.id
    return owns and actor.may("conversations.reply")


def header(conversation: Conversation) -> str:
    return render_template("workspace/desk/_header.html", **header_of(conversation))
