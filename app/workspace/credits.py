"""Crediting an invoice: with a confirmation, and a second person above a limit."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import access, queries, service
from app.core import clock
from app.core.i18n import gettext as _
from app.core.money import Money
from app.identity import approvals
from app.identity.models import ApprovalRequest
from app.web.fields import amount_field
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp


@bp.get("/desk/invoices/<uuid:invoice_id>/credit")
@staff_with("billing.credit")
def ask_credit(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    invoice = access.invoice_for(actor, invoice_id, "billing.credit")
    settings = invoice.account.market.settings_at(clock.now())
    return render_template(
        "workspace/invoices/_credit.html",
        invoice=invoice,
        left=invoice.total_money - queries.credited(invoice),
        limit=Money(
            approvals.limit_of(settings, "billing.credit", actor.roles),
            invoice.currency,
        ),
    )


@bp.post("/desk/invoices/<uuid:invoice_id>/credit")
@staff_with("billing.credit")
@takes("amount", "reason")
def credit(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    invoice = access.invoice_for(actor, invoice_id, "billing.credit")
    amount = amount_field("amount", invoice.currency)
    confirmed("billing.credit", invoice.id, amount)
    made = service.ask_credit(invoice.id, amount, request.form.get("reason", ""), by=actor)
    if isinstance(made, ApprovalRequest):
        return told(_("The credit waits for a second person."), changed="invoice-changed")
    return told(
        _("Credit note %(number)s is written.", number=made.number), changed="invoice-changed"
    )
