"""Calls at the desk: the softphone's token, holding, calling back, noting what came of a call."""

from uuid import UUID

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import access
from app.conversations.models import Conversation
from app.selfservice.service import calls, outgoing, wrapping
from app.web import htmx
from app.web.input import fields, takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.call_bar import call_bar_of
from app.workspace.chat import may_reply

_BAR = "workspace/desk/_call.html"


@bp.post("/calls/token")
@staff_with("conversations.reply")
@takes()
def call_token() -> ResponseReturnValue:
    """For the provider's own library, which rings under this name. An hour long."""
    door = calls.agent_door(current_actor())
    return jsonify(identity=door.identity, token=door.token, kind=door.kind, url=door.url)


@bp.get("/desk/conversations/<uuid:conversation_id>/call")
@staff_with("conversations.read")
def call_bar(conversation_id: UUID) -> ResponseReturnValue:
    return _bar(conversation_id)


@bp.post("/desk/conversations/<uuid:conversation_id>/call")
@staff_with("conversations.reply")
@takes()
def call_customer(conversation_id: UUID) -> ResponseReturnValue:
    outgoing.call_out(conversation_id, by=current_actor())
    return _done(conversation_id)


@bp.post("/desk/conversations/<uuid:conversation_id>/call/hold")
@staff_with("conversations.reply")
@takes("on")
def hold_call(conversation_id: UUID) -> ResponseReturnValue:
    calls.hold(conversation_id, on=fields().get("on") is True, by=current_actor())
    return jsonify({})


@bp.post("/desk/calls/<uuid:dialogue_id>/outcome")
@staff_with("conversations.reply")
@takes("result", "note")
def note_call(dialogue_id: UUID) -> ResponseReturnValue:
    form = request.form
    done = wrapping.wrap_up(
        dialogue_id, form.get("result", ""), form.get("note", ""), by=current_actor()
    )
    return _done(done.conversation_id)


def _done(conversation_id: UUID) -> ResponseReturnValue:
    page = url_for("workspace.conversation", conversation_id=conversation_id)
    return htmx.done(_BAR, page, **_shown(_conversation(conversation_id)))


def _bar(conversation_id: UUID) -> ResponseReturnValue:
    return render_template(_BAR, **_shown(_conversation(conversation_id)))


def _conversation(conversation_id: UUID) -> Conversation:
    return access.conversation_for(current_actor(), conversation_id, "conversations.read")


def _shown(conversation: Conversation) -> dict[str, object]:
    """The bar, and the agent's own state: it follows her calls."""
    owns = may_reply(current_actor(), conversation)
    call = call_bar_of(conversation, may_reply=owns)
    with_state = current_actor().may("conversations.reply")
    return {"conversation": conversation, "call": call, "with_state": with_state}
