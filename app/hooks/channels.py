"""Providers of channels call here: one address for each inbox, whatever its kind."""

from io import BytesIO

from flask import request, send_file
from flask.typing import ResponseReturnValue

from app import celery
from app.core.errors import NotFound
from app.hooks import bp, wire
from app.messaging.service import intake, leaving, links
from app.messaging.tasks import READ_CALLS
from app.web.login import open_to_all

_LONGEST_KEY = 64


@bp.route("/channels/<key>", methods=["GET", "POST"])
@open_to_all
def channel_call(key: str) -> ResponseReturnValue:
    """Kept as it came and answered; what it says is found out by a worker."""
    if len(key) > _LONGEST_KEY:
        raise NotFound
    request.max_content_length = intake.door_of(key).largest
    answer = intake.receive(key, wire.call())
    celery.nudge(READ_CALLS)
    return wire.response(answer)


@bp.post("/leave/<token>")
@open_to_all
def leave(token: str) -> ResponseReturnValue:
    """One click on the mail program's own button."""
    leaving.leave(token)
    return "", 204


@bp.get("/files/<token>")
@open_to_all
def linked_file(token: str) -> ResponseReturnValue:
    """For a provider that fetches an agent's file: whoever has the token, for an hour."""
    opened = links.opened(token)
    response = send_file(
        BytesIO(opened.content),
        mimetype=opened.media_type,
        download_name=opened.name,
        as_attachment=not opened.inline,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
