"""Providers of channels call here: one address for each inbox, whatever its kind."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app import celery
from app.core.errors import NotFound
from app.hooks import bp, wire
from app.messaging.service import intake, leaving, links
from app.messaging.tasks import READ_CALLS
from app.web.login import open_to_all
from app.web.served import served

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


@bp.get("/leave/<token>")
@open_to_all
def ask_whether_to_leave(token: str) -> ResponseReturnValue:
    """A mail program without that button opens the same address in a browser."""
    leaving.receiver(token)
    return redirect(url_for("portal.leaving_page", leave_token=token))


@bp.get("/files/<token>")
@open_to_all
def linked_file(token: str) -> ResponseReturnValue:
    """For a provider that fetches an agent's file: whoever has the token, for an hour."""
    opened = links.opened(token)
    response = served(opened.content, opened.media_type, opened.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
