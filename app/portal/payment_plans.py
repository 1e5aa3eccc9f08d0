"""Paying what is overdue in instalments: the offer, and the plan as it stands."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.payments import service
from app.payments.service import plans
from app.portal import bp
from app.portal.bills import invoice_by
from app.portal.me import me
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, customer_with


@bp.get("/my/bills/<number>/instalments")
@customer_with("payments.plan")
def payment_plan(number: str) -> ResponseReturnValue:
    me()
    invoice = invoice_by(number)
    plan = plans.plan_of_invoice(invoice.id) or plans.active_plan(invoice.account_id)
    return render_template(
        "portal/bills/instalments.html",
        invoice=invoice,
        plan=plan,
        standing=plans.standing_of(plan) if plan else None,
        offer=service.offer_plan(invoice.account_id, by=current_actor()),
    )


@bp.post("/my/bills/<number>/instalments")
@customer_with("payments.plan")
@takes("instalments")
def agree_payment_plan(number: str) -> ResponseReturnValue:
    invoice = invoice_by(number)
    parts = whole(request.form.get("instalments", ""), field="instalments", digits=2)
    service.agree_plan(invoice.account_id, parts, by=current_actor())
    return redirect(url_for("portal.payment_plan", number=number), 303)
