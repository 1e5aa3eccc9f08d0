"""Conversations that go on: listening in, whispering, taking over."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations.activity import CHANNELS
from app.conversations.presentation import as_message
from app.insights import listening
from app.supervision import bp
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_PAGE, _FRAGMENT = "supervision/listening/talk.html", "supervision/listening/_talk.html"


@bp.get("/talks")
@staff_with("conversations.monitor")
def going_on() -> ResponseReturnValue:
    return htmx.show(
        "supervision/listening/index.html",
        "supervision/listening/_talks.html",
        talks=listening.going_on(current_actor()),
        channels=CHANNELS,
    )


@bp.post("/talks/<uuid:conversation_id>/listen")
@staff_with("conversations.monitor")
@takes()
def listen(conversation_id: UUID) -> ResponseReturnValue:
    listening.listen(conversation_id, by=current_actor())
    return htmx.go(url_for("supervision.overheard", conversation_id=conversation_id))


@bp.get("/talks/<uuid:conversation_id>")
@staff_with("conversations.monitor")
def overheard(conversation_id: UUID) -> ResponseReturnValue:
    return _shown(conversation_id)


@bp.post("/talks/<uuid:conversation_id>/whisper")
@staff_with("conversations.monitor")
@takes("words")
def whisper(conversation_id: UUID) -> ResponseReturnValue:
    listening.whisper(conversation_id, request.form.get("words", ""), by=current_actor())
    if htmx.wanted():
        return _shown(conversation_id)
    return redirect(url_for("supervision.overheard", conversation_id=conversation_id), 303)


@bp.post("/talks/<uuid:conversation_id>/take-over")
@staff_with("conversations.assign")
@takes()
def take_over(conversation_id: UUID) -> ResponseReturnValue:
    listening.take_over(conversation_id, by=current_actor())
    return htmx.go(f"/desk/conversations/{conversation_id}")


def _shown(conversation_id: UUID) -> ResponseReturnValue:
    heard = listening.overheard(conversation_id, by=current_actor())
    return htmx.show(
        _PAGE,
        _FRAGMENT,
        talk=heard.conversation,
        messages=[as_message(each, True) for each in heard.messages],
        whispers=heard.whispers,
    )
