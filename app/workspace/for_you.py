"""What somebody is told, and what she is asked to decide."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.automation.service import flows, notices
from app.core.errors import Invalid
from app.web import htmx
from app.web.fields import YesNo, choice_field, id_of
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp

_MOST = 200
_LONGEST_NOTE = 500


@bp.get("/desk/for-you")
@staff_with("tickets.read")
def for_you() -> ResponseReturnValue:
    return _shown()


@bp.post("/desk/for-you/read")
@staff_with("tickets.read")
@takes("notice")
def read_notices() -> ResponseReturnValue:
    chosen = request.form.getlist("notice")
    if len(chosen) > _MOST:
        raise Invalid(field="notice")
    notices.read([id_of(each, field="notice") for each in chosen], by=current_actor())
    return _shown()


@bp.post("/desk/flows/<uuid:flow_id>/decide")
@staff_with("tickets.read")
@takes("approved", "note")
def decide_flow(flow_id: UUID) -> ResponseReturnValue:
    note = request.form.get("note", "")
    if len(note) > _LONGEST_NOTE:
        raise Invalid(field="note")
    approved = choice_field("approved", YesNo) is YesNo.YES
    flow = flows.decide(flow_id, approved=approved, by=current_actor(), note=note)
    return htmx.go(url_for("workspace.ticket", ticket_id=flow.ticket_id))


def _shown() -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        "workspace/automation/for_you.html",
        "workspace/automation/_for_you.html",
        notices=notices.unread(actor),
        asked=flows.asked_of(actor),
        may_decide=lambda flow: flows.may_decide(actor, flow),
    )
