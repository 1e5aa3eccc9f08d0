"""Files that agents send and open."""

from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from app.conversations.service import attachments
from app.core.errors import Invalid
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.served import served
from app.workspace import bp


@bp.post("/desk/conversations/<uuid:conversation_id>/attachments")
@staff_with("conversations.reply")
@takes("file")
def upload(conversation_id: UUID) -> ResponseReturnValue:
    """Keep one file for a message that is still being written."""
    sent = request.files.get("file")
    if sent is None:
        raise Invalid(field="file")
    actor = current_actor()
    kept = attachments.keep_upload(conversation_id, sent.stream, sent.filename, by=actor)
    return jsonify(kept.described())


@bp.get("/desk/attachments/<uuid:attachment_id>")
@staff_with("conversations.read")
def attachment(attachment_id: UUID) -> ResponseReturnValue:
    """Shown in the browser only when it is a kind that cannot do anything there."""
    opened = attachments.open_attachment(current_actor(), attachment_id)
    return served(opened.content, opened.media_type, opened.name)
