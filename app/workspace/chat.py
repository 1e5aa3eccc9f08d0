"""What the middle of the desk shows of one conversation."""

from typing import Any

from flask import render_template
from sqlalchemy import select

from app.automation import filling
from app.conversations import queries
from app.conversations.filling import filled
from app.conversations.models import Conversation, Status
from app.core import db
from app.core.actor import Actor
from app.identity.models import Staff
from app.tickets import clock_queries
from app.tickets import queries as tickets
from app.web.login import current_actor
from app.workspace.call_bar import call_bar_of
from app.workspace.channel_bar import bar_of


def chat_of(conversation: Conversation) -> dict[str, Any]:
    """For the whole pane: header, thread and composer."""
    actor = current_actor()
    return {
        **header_of(conversation),
        "canned": _prepared(conversation, actor),
        "channel": bar_of(conversation),
        "call": call_bar_of(conversation, may_reply=may_reply(actor, conversation)),
    }


def header_of(conversation: Conversation) -> dict[str, Any]:
    ticket = tickets.of_conversation(conversation.id)
    return {
        "conversation": conversation,
        "customer": conversation.customer,
        "ticket": ticket,
        "clocks": clock_queries.running_of(ticket.id) if ticket else [],
        "may_reply": may_reply(current_actor(), conversation),
    }


def _prepared(conversation: Conversation, actor: Actor) -> list[dict[str, str]]:
    """In the customer's language and filled in, for what the agent's team may use."""
    team_id = db.session.scalar(select(Staff.team_id).where(Staff.id == actor.id))
    replies = queries.canned_replies(conversation.language, team_id=team_id)
    values = filling.values_for(conversation.id, None, agent=actor.name) if replies else {}
    return [
        {
            "shortcut": each.shortcut,
            "title": f"{each.folder} · {each.title}" if each.folder else each.title,
            "body": filled(each.body, values),
        }
        for each in replies
    ]


def may_reply(actor: Actor, conversation: Conversation) -> bool:
    """Only who owns it answers the customer; notes are everybody's."""
    owns = conversation.status is Status.OPEN and conversation.assignee_id == actor.id
    return owns and actor.may("conversations.reply")


def header(conversation: Conversation) -> str:
    return render_template("workspace/desk/_header.html", **header_of(conversation))
