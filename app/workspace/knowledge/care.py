"""What authors look after: articles due for review, drafts, and questions without an answer."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.i18n import LANGUAGES
from app.web.login import current_actor, staff_with
from app.workspace import bp
from kb import queries

_DAYS = {"7": 7, "30": 30, "90": 90, "365": 365}
_SOON = 14


@bp.get("/desk/kb/care/due")
@staff_with("kb.write")
def kb_due() -> ResponseReturnValue:
    mine = request.args.get("whose") == "mine"
    due = queries.due(current_actor(), within_days=_SOON, mine=mine)
    return render_template(
        "workspace/kb/due.html",
        due=due,
        mine=mine,
        drafts=queries.drafts(current_actor()),
        next_on=(clock.now() + timedelta(days=180)).date(),
    )


@bp.get("/desk/kb/care/gaps")
@staff_with("kb.write")
def kb_gaps() -> ResponseReturnValue:
    days = _DAYS.get(request.args.get("days", ""), 30)
    language = request.args.get("language", "")
    language = language if language in LANGUAGES else ""
    since = clock.now() - timedelta(days=days)
    return render_template(
        "workspace/kb/gaps.html",
        gaps=queries.gaps(current_actor(), since=since, language=language),
        days=days,
        language_chosen=language,
        periods=list(_DAYS.values()),
    )
