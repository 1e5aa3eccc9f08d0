"""How good suggestions to agents are: what was learnt from solved tickets, and what agents take."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.assist import queries
from app.celery import nudge
from app.core.i18n import gettext as _
from app.supervision import bp
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with

_PAGE = "supervision/assist/index.html"


@bp.get("/suggestions")
@staff_with("reports.read")
def suggestions() -> ResponseReturnValue:
    return render_template(_PAGE, **_shown())


@bp.post("/suggestions/learn")
@staff_with("tickets.configure")
@takes()
def learn_suggestions() -> ResponseReturnValue:
    """A worker does it, soon; what nobody hears in time beat asks for within a day."""
    nudge("assist.learn")
    if not htmx.wanted():
        return redirect(url_for("supervision.suggestions"), 303)
    return htmx.told(_("The worker learns from the solved tickets now. Come back in a minute."))


def _shown() -> dict[str, Any]:
    actor = current_actor()
    learnings = queries.learnings(actor)
    spoken = [each.in_use for each in learnings if each.in_use is not None]
    return {
        "learnings": learnings,
        "uptake": queries.uptake(actor),
        "names": queries.names_of(spoken),
    }
