"""What customers were unhappy with, and who looks after it."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.insights import definition, figure_words, follow_ups, reporting
from app.supervision import bp
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_MEASURES = ("csat", "nps", "ces", "answer_rate")


@bp.get("/feedback")
@staff_with("conversations.monitor")
def feedback() -> ResponseReturnValue:
    done = request.args.get("done") == "yes"
    told = None
    if current_actor().may("reports.read"):
        told = reporting.figures(current_actor(), definition.read({"measures": _MEASURES}))
    return render_template(
        "supervision/feedback/index.html",
        found=follow_ups.listed(current_actor(), done=done),
        done=done,
        told=told,
        words=figure_words,
    )


@bp.post("/feedback/<uuid:follow_up_id>/take")
@staff_with("conversations.monitor")
@takes()
def take_follow_up(follow_up_id: UUID) -> ResponseReturnValue:
    follow_ups.take(follow_up_id, by=current_actor())
    return htmx.go(url_for("supervision.feedback"))


@bp.post("/feedback/<uuid:follow_up_id>/done")
@staff_with("conversations.monitor")
@takes("outcome")
def finish_follow_up(follow_up_id: UUID) -> ResponseReturnValue:
    follow_ups.finish(follow_up_id, request.form.get("outcome", ""), by=current_actor())
    return htmx.go(url_for("supervision.feedback"))
