"""Agreeing with a customer to pay what is overdue in instalments."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.i18n import gettext as _
from app.customers.access import account_for
from app.payments import service
from app.payments.service import plans
from app.web.fields import whole
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/accounts/<uuid:account_id>/payment-plan")
@staff_with("payments.plan")
def ask_payment_plan(account_id: UUID) -> ResponseReturnValue:
    account = account_for(current_actor(), account_id, "payments.plan")
    g.timezone = account.market.timezone
    running = plans.active_plan(account.id)
    return render_template(
        "workspace/payments/_plan.html",
        account=account,
        plan=running,
        standing=plans.standing_of(running) if running else None,
        offer=None if running else service.offer_plan(account.id, by=current_actor()),
    )


@bp.post("/desk/accounts/<uuid:account_id>/payment-plan")
@staff_with("payments.plan")
@takes("instalments")
def agree_payment_plan(account_id: UUID) -> ResponseReturnValue:
    service.agree_plan(account_id, instalments(), by=current_actor())
    return told(_("The payment plan is agreed."), changed="customer-changed")


def instalments() -> int:
    return whole(request.form.get("instalments", ""), field="instalments", digits=2)
