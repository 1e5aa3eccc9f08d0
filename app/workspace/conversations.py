"""One conversation over HTTP: its messages, also when the live connection is away."""

from uuid import UUID

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.conversations import access, queries
from app.conversations.models import Conversation, MessageKind
from app.conversations.presentation import as_message
from app.conversations.service import handover, reading
from app.conversations.service import messages as sending
from app.web.fields import whole
from app.web.input import fields, ids, number, takes, text
from app.web.login import current_actor, staff_with
from app.web.replay import replayed, standing
from app.workspace import bp
from app.workspace.chat import header

_PAGE = 60


@bp.get("/desk/conversations/<uuid:conversation_id>/messages")
@staff_with("conversations.read")
def messages(conversation_id: UUID) -> ResponseReturnValue:
    """The latest page, the page `before` a number, or everything `after` one."""
    found = _conversation(conversation_id)
    if "after" in request.args:
        return jsonify(replayed(found, _seq(request.args["after"]), for_staff=True))
    before = _seq(request.args["before"]) if "before" in request.args else None
    page = queries.latest_messages(found.id, for_staff=True, before_seq=before, limit=_PAGE)
    return jsonify(
        messages=[as_message(each, for_staff=True) for each in page],
        last_seq=found.last_seq,
        conversation=standing(found),
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/messages")
@staff_with("conversations.reply")
@takes("text", "key", "note", "attachments", "mentions", "seen", "anyway")
def say(conversation_id: UUID) -> ResponseReturnValue:
    """What the socket's `say` does, for a browser without one; the key makes both one message."""
    sent = fields()
    message = sending.say(
        conversation_id,
        text(sent, "text"),
        by=current_actor(),
        client_key=text(sent, "key"),
        kind=MessageKind.NOTE if sent.get("note") is True else MessageKind.TEXT,
        attachment_ids=ids(sent, "attachments"),
        mentions=ids(sent, "mentions"),
        seen=number(sent, "seen"),
        anyway=sent.get("anyway") is True,
    )
    return jsonify(seq=message.seq, id=str(message.id))


@bp.post("/desk/conversations/<uuid:conversation_id>/read")
@staff_with("conversations.read")
@takes("seq")
def mark_read(conversation_id: UUID) -> ResponseReturnValue:
    reading.mark_read(conversation_id, number(fields(), "seq"), by=current_actor())
    return jsonify({})


@bp.get("/desk/conversations/<uuid:conversation_id>/header")
@staff_with("conversations.read")
def chat_header(conversation_id: UUID) -> ResponseReturnValue:
    return header(_conversation(conversation_id))


@bp.post("/desk/conversations/<uuid:conversation_id>/give-back")
@staff_with("conversations.reply")
@takes()
def give_back(conversation_id: UUID) -> ResponseReturnValue:
    found = handover.give_back_to_bot(conversation_id, by=current_actor())
    return after_leaving(found)


def after_leaving(conversation: Conversation) -> ResponseReturnValue:
    """The header as it is now; an empty pane for whoever may not see the conversation any more."""
    if access.may_see(current_actor(), conversation):
        return header(conversation)
    return render_template("workspace/desk/_no_chat.html"), {
        "HX-Retarget": "#chat",
        "HX-Reswap": "innerHTML",
    }


def _conversation(conversation_id: UUID) -> Conversation:
    return access.conversation_for(current_actor(), conversation_id, "conversations.read")


def _seq(given: str) -> int:
    return whole(given, field="seq", digits=9)
