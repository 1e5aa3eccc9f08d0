"""What waits for a second person, and what was decided lately."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core import clock
from app.core.i18n import gettext as _
from app.customers.contact import plain_text
from app.identity import approvals as service
from app.web import htmx
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

CHANGED = "approvals-changed"


@bp.get("/approvals")
@staff_with("approvals.decide")
def approvals() -> ResponseReturnValue:
    actor = current_actor()
    return htmx.show(
        "backoffice/approvals/approvals.html",
        "backoffice/approvals/_approvals.html",
        waiting=service.waiting_for(actor),
        decided=service.lately_decided(actor),
        now=clock.now(),
    )


@bp.post("/approvals/<uuid:request_id>/approve")
@staff_with("approvals.decide")
@takes()
def approve(request_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = service.request_for(actor, request_id)
    service.check_second_person(found, by=actor)
    confirmed("approvals.decide", found.id, found.money)
    service.approve(found.id, by=actor)
    return htmx.told(_("Approved and carried out."), changed=CHANGED)


@bp.post("/approvals/<uuid:request_id>/refuse")
@staff_with("approvals.decide")
@takes("why")
def refuse(request_id: UUID) -> ResponseReturnValue:
    why = plain_text(request.form.get("why", ""), field="why", longest=500)
    service.refuse(request_id, by=current_actor(), why=why)
    return htmx.told(_("Refused."), changed=CHANGED)
