"""What somebody who listens in tells the agent of a conversation."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from app.insights import listening
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/conversations/<uuid:conversation_id>/whispers")
@staff_with("conversations.read")
def whispers(conversation_id: UUID) -> ResponseReturnValue:
    found = listening.whispers_to(current_actor(), conversation_id)
    return render_template(
        "workspace/desk/_whispers.html", whispers=found, conversation_id=conversation_id
    )


@bp.post("/desk/conversations/<uuid:conversation_id>/whispers/seen")
@staff_with("conversations.read")
@takes()
def see_whispers(conversation_id: UUID) -> ResponseReturnValue:
    listening.seen(conversation_id, by=current_actor())
    return whispers(conversation_id)
