"""What the bot understood: browsed, put right with one key, and kept to teach it."""

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import service as audit
from app.core import db
from app.core.errors import Invalid, NotFound
from app.core.i18n import LANGUAGES
from app.insights import labelling, reviewing, training
from app.insights.intents import INTENTS, TURNED_AWAY
from app.insights.reviewing import PERMISSION, SHOWN, Wanted
from app.supervision import bp
from app.web import htmx
from app.web.fields import id_or_none
from app.web.input import takes
from app.web.login import current_actor, staff_with

_ROW = "supervision/bot_review/_reading.html"


@bp.get("/bot")
@staff_with(PERMISSION)
def bot_review() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip() for name in _FILTERS}
    readings, more = reviewing.readings(current_actor(), Wanted.of(asked), before=_before())
    return render_template(
        "supervision/bot_review/index.html",
        tab="supervision.bot_review",
        readings=readings,
        more=more,
        asked=asked,
        filters={
            "intent": ("wish", (*INTENTS, TURNED_AWAY[0])),
            "language": ("language", LANGUAGES),
            "shown": ("reading", SHOWN),
        },
        intents=INTENTS,
    )


@bp.get("/bot/talks/<uuid:conversation_id>")
@staff_with(PERMISSION)
def bot_talk(conversation_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    talk = reviewing.talk_for(actor, conversation_id)
    with db.transaction():
        audit.record(actor, "bot.talk_reviewed", "conversation", conversation_id)
    return render_template(
        "supervision/bot_review/talk.html", talk=talk, intents=INTENTS, tab="supervision.bot_review"
    )


@bp.post("/bot/messages/<uuid:message_id>/label")
@staff_with(PERMISSION)
@takes("intent", "to_learn")
def label_reading(message_id: UUID) -> ResponseReturnValue:
    intent, to_learn = request.form.get("intent", ""), request.form.get("to_learn", "")
    if to_learn not in {"", "yes"}:
        raise Invalid(field="to_learn")
    labelling.label(message_id, intent, by=current_actor(), to_learn=to_learn == "yes")
    return _row(message_id)


@bp.post("/bot/messages/<uuid:message_id>/undo")
@staff_with(PERMISSION)
@takes()
def take_label_back(message_id: UUID) -> ResponseReturnValue:
    labelling.take_back(message_id, by=current_actor())
    return _row(message_id)


@bp.get("/bot/lessons")
@staff_with(PERMISSION)
def bot_lessons() -> ResponseReturnValue:
    return render_template(
        "supervision/bot_review/lessons.html",
        lessons=training.lessons(current_actor()),
        tab="supervision.bot_lessons",
    )


@bp.post("/bot/lessons")
@staff_with(PERMISSION)
@takes()
def export_lessons() -> ResponseReturnValue:
    answer = Response(training.export(by=current_actor()), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="bot-training.zip"'
    return answer


_FILTERS = ("intent", "language", "day", "rating", "shown")


def _row(message_id: UUID) -> ResponseReturnValue:
    reading = reviewing.reading_for(current_actor(), message_id)
    if reading is None:
        raise NotFound
    back_to = url_for("supervision.bot_talk", conversation_id=reading.conversation.id)
    return htmx.done(_ROW, back_to, reading=reading, intents=INTENTS)


def _before() -> UUID | None:
    return id_or_none(request.args.get("before", ""), field="before")
