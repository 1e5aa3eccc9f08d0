"""Providers of channels call here: one address for each inbox, whatever its kind."""

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from app import celery
from app.core.errors import NotFound
from app.hooks import bp
from app.messaging.service import intake, leaving
from app.messaging.tasks import READ_CALLS
from app.web.login import open_to_all
from channels.port import Call

_LONGEST_KEY = 64


@bp.route("/channels/<key>", methods=["GET", "POST"])
@open_to_all
def channel_call(key: str) -> ResponseReturnValue:
    """Kept as it came and answered; what it says is found out by a worker."""
    if len(key) > _LONGEST_KEY:
        raise NotFound
    request.max_content_length = intake.door_of(key).largest
    answer = intake.receive(key, _call(key))
    celery.nudge(READ_CALLS)
    return Response(answer.body, answer.status, content_type=answer.content_type)


@bp.post("/leave/<token>")
@open_to_all
def leave(token: str) -> ResponseReturnValue:
    """One click on the mail program's own button."""
    leaving.leave(token)
    return "", 204


def _call(key: str) -> Call:
    """As the provider was given the address: what the caller says of our host does not count."""
    query = request.query_string.decode("latin-1")
    address = f"{current_app.config['DIALTONE'].public_url}/hooks/channels/{key}"
    return Call(
        method=request.method,
        url=f"{address}?{query}" if query else address,
        headers={name.lower(): value for name, value in request.headers},
        body=request.get_data(cache=False),
    )
