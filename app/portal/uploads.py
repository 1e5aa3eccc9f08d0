"""Files of the chat: sent before the message that carries them, fetched with the widget's token."""

from uuid import UUID

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from app.conversations.service import attachments
from app.core.errors import Invalid
from app.portal import visits
from app.portal.chat import bp
from app.web.input import takes
from app.web.limits import limited
from app.web.login import open_to_all
from app.web.served import served


@bp.post("/upload")
@open_to_all
@limited("chat-upload", times=60, seconds=60, open_without=True)
@takes("file")
def upload() -> ResponseReturnValue:
    visit = visits.current()
    file = request.files.get("file")
    if file is None:
        raise Invalid(field="file")
    kept = attachments.keep_upload(
        visit.conversation_id, file.stream, file.filename, by=visit.actor
    )
    return jsonify(kept.described())


@bp.get("/attachments/<uuid:attachment_id>")
@open_to_all
def download(attachment_id: UUID) -> Response:
    opened = attachments.open_attachment(visits.current().actor, attachment_id)
    return served(opened.content, opened.media_type, opened.name)
