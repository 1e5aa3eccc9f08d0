"""USSD and calls: the provider holds the line while we answer with the next step.

Whoever holds it hears an apology rather than an error. Of news nobody hears the answer: what could
not be kept is not acknowledged, so that it is told again.
"""

from contextlib import suppress
from dataclasses import replace

import structlog
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.conversations.models import Inbox
from app.core import db
from app.core.errors import Forbidden, Invalid, NotFound, Refusal, Unavailable
from app.hooks import bp, wire
from app.messaging import switch
from app.selfservice import queries
from app.selfservice.service import calls, desk, turns
from app.web.login import open_to_all
from channels.dialogue import (
    DialogueChannel,
    Ended,
    Fetched,
    Heard,
    Held,
    Joined,
    Recorded,
    Transcribed,
    Turn,
    Uttered,
    Waiting,
)
from channels.port import Answer, BadSignature, Call, Malformed

log = structlog.get_logger(__name__)

LARGEST_TURN = 32 * 1024
_DONE = Answer(status=204)
_NEWS = (Ended, Recorded, Transcribed, Uttered)


@bp.post("/ussd/<key>")
@bp.post("/ussd/<key>/<event>")
@open_to_all
def ussd(key: str, event: str = "") -> ResponseReturnValue:
    return _held("ussd", key, event)


@bp.post("/voice/<key>")
@bp.post("/voice/<key>/<event>")
@open_to_all
def voice(key: str, event: str = "") -> ResponseReturnValue:
    return _held("voice", key, event)


def _held(kind: str, key: str, event: str) -> ResponseReturnValue:
    request.max_content_length = LARGEST_TURN
    call = _call()
    try:
        return wire.response(_answer(kind, key, event, call))
    except (Refusal, HTTPException):
        raise
    except Exception as error:
        log.exception("dialogue_failed", channel=kind)
        db.session.rollback()
        if _is_news(kind, event, call):
            raise Unavailable from error
        return wire.response(turns.apology(None, switch.plainest(kind)))


def _is_news(kind: str, event: str, call: Call) -> bool:
    """Asked when we may not even know whose inbox it is; what cannot be read is none."""
    with suppress(Exception):
        return isinstance(switch.plainest(kind).read(call, event), _NEWS)
    return False


def _answer(kind: str, key: str, event: str, call: Call) -> Answer:
    inbox = queries.inbox_of(kind, key)
    if inbox is None:
        raise NotFound
    channel = switch.held(inbox)
    try:
        ready = channel.admit(call)
    except BadSignature as error:
        raise Forbidden from error
    if ready is not None:
        return ready
    try:
        heard = channel.read(call, event)
    except Malformed as error:
        raise Invalid from error
    try:
        return _heard(inbox, heard, channel)
    except Refusal:  # such as NotNow, or a queue that nobody waits in
        if isinstance(heard, _NEWS):
            raise
        return turns.apology(inbox, channel)


def _heard(inbox: Inbox, heard: Heard, channel: DialogueChannel) -> Answer:
    match heard:
        case Turn():
            return turns.take(inbox, heard, channel)
        case Waiting() | Joined() | Fetched() | Held():
            return calls.go_on(inbox, heard, channel)
        case Ended():
            desk.end(inbox, heard)
            calls.forget(inbox, heard.session_id)
        case Recorded():
            desk.keep_recording(inbox, heard)
        case Transcribed():
            desk.keep_transcript(inbox, heard)
        case Uttered():
            desk.keep_utterance(inbox, heard)
        case _:
            pass
    return _DONE


def _call() -> Call:
    """Who it comes from is what our server saw, whatever a header says."""
    call = wire.call()
    return replace(call, headers={**call.headers, "remote-addr": request.remote_addr or ""})
