"""The question behind the link in a mail or an SMS. Looking at it changes nothing."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.insights import surveys
from app.portal import bp
from app.portal.speaking import speak
from app.web.fields import whole
from app.web.input import takes
from app.web.limits import limited
from app.web.login import open_to_all


@bp.get("/survey/<token>")
@open_to_all
@limited("survey", times=60, seconds=60, open_without=True)
def survey(token: str) -> ResponseReturnValue:
    found = surveys.opened(token)
    speak(found.language)
    page = "thanks" if found.answered_at else "question"
    return render_template(
        f"portal/survey/{page}.html",
        survey=found,
        token=token,
        points=surveys.POINTS[found.question],
    )


@bp.post("/survey/<token>")
@open_to_all
@limited("survey", times=60, seconds=60, open_without=True)
@takes("score", "comment")
def answer_survey(token: str) -> ResponseReturnValue:
    speak(surveys.opened(token).language)
    score = whole(request.form.get("score", ""), field="score", digits=2)
    surveys.answer(token, score, request.form.get("comment", ""))
    return redirect(url_for("portal.survey", token=token), 303)
