"""Requests in a company: those an employee made, and those a manager decides on."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.customers import queries as customers
from app.portal import bp
from app.portal.me import me
from app.subscriptions import access, queries, service
from app.web.fields import id_field
from app.web.input import takes
from app.web.login import current_actor, customer_with


@bp.get("/my/approvals")
@customer_with("portal.enter")
def approvals() -> ResponseReturnValue:
    customer = me()
    decides = customer.is_manager and customer.parent_id is not None
    company = customers.below(customer.parent_id) if decides and customer.parent_id else []
    return render_template(
        "portal/approvals.html",
        mine=queries.requests_by(customer.id),
        to_decide=[
            each
            for each in queries.requests_for([each.id for each in company])
            if each.requested_by != customer.id
        ],
        decides=decides,
        is_undecided=queries.is_undecided,
    )


@bp.post("/my/lines/<uuid:line_id>/plan/<uuid:version_id>/approval")
@customer_with("subscriptions.change")
@takes("key")
def ask_approval(line_id: UUID, version_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id)
    service.ask_approval(line.id, version_id, by=current_actor(), effect_key=f"portal:{_key()}")
    return redirect(url_for("portal.approvals"), 303)


@bp.post("/my/lines/<uuid:line_id>/plan/<uuid:version_id>/later")
@customer_with("subscriptions.change")
@takes("key")
def schedule_plan(line_id: UUID, version_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id)
    billing.schedule_plan_change(
        line.id, version_id, by=current_actor(), effect_key=f"later:{_key()}"
    )
    return redirect(url_for("portal.line_service", line_id=line_id, done="scheduled"), 303)


@bp.post("/my/approvals/<uuid:request_id>/approve")
@customer_with("requests.decide")
@takes()
def approve(request_id: UUID) -> ResponseReturnValue:
    service.approve_request(request_id, by=current_actor())
    return redirect(url_for("portal.approvals"), 303)


@bp.post("/my/approvals/<uuid:request_id>/refuse")
@customer_with("requests.decide")
@takes("note")
def refuse(request_id: UUID) -> ResponseReturnValue:
    service.refuse_request(request_id, by=current_actor(), note=request.form.get("note", ""))
    return redirect(url_for("portal.approvals"), 303)


def _key() -> str:
    """The form's own: sent twice, it asks once."""
    return str(id_field("key"))
