"""Whom one can mention while one writes among colleagues: those who may see what it is about."""

from collections.abc import Iterable
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.conversations import access as conversations
from app.conversations import mentions as in_notes
from app.identity.models import Staff
from app.tickets import access as tickets
from app.tickets import mentions as in_comments
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/conversations/<uuid:conversation_id>/colleagues")
@staff_with("conversations.reply")
def show_colleagues(conversation_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = conversations.conversation_for(actor, conversation_id, "conversations.read")
    return _shown(in_notes.colleagues_of(found, but=actor))


@bp.get("/desk/tickets/<uuid:ticket_id>/colleagues")
@staff_with("tickets.accept")
def ticket_colleagues(ticket_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = tickets.ticket_for(actor, ticket_id, "tickets.read")
    return _shown(in_comments.colleagues_of(found, but=actor))


def _shown(people: Iterable[Staff]) -> ResponseReturnValue:
    return jsonify(colleagues=[{"id": str(each.id), "name": each.name} for each in people])
