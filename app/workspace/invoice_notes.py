"""Credit and debit notes of an invoice: with a confirmation, and a second person above a limit."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import access, queries, service
from app.billing.models import CreditNote, DebitNote
from app.core import clock
from app.core.errors import Invalid
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


@bp.get("/desk/invoices/<uuid:invoice_id>/notes")
@staff_with("billing.credit")
def ask_note(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    invoice = access.invoice_for(actor, invoice_id, "billing.credit")
    settings = invoice.account.market.settings_at(clock.now())
    alone = {
        kind: Money(approvals.limit_of(settings, f"billing.{kind}", actor.roles), invoice.currency)
        for kind in ("credit", "debit")
    }
    return render_template(
        "workspace/invoices/_note.html",
        invoice=invoice,
        left=invoice.total_money - queries.credited(invoice),
        alone=alone,
    )


@bp.post("/desk/invoices/<uuid:invoice_id>/notes")
@staff_with("billing.credit")
@takes("kind", "amount", "reason")
def write_note(invoice_id: UUID) -> ResponseReturnValue:
    """A credit note gives back, a debit note adds; what cannot be is said before she confirms."""
    actor = current_actor()
    invoice = access.invoice_for(actor, invoice_id, "billing.credit")
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    amount = amount_field("amount", invoice.currency)
    made: ApprovalRequest | CreditNote | DebitNote
    if kind == "credit":
        service.checked_credit(invoice, amount)
        confirmed("billing.credit", invoice.id, amount)
        made = service.ask_credit(invoice.id, amount, reason, by=actor)
    elif kind == "debit":
        actor.must("billing.debit")
        service.checked_debit(invoice, amount)
        confirmed("billing.debit", invoice.id, amount)
        made = service.ask_debit(invoice.id, amount, reason, by=actor)
    else:
        raise Invalid(field="kind")
    if isinstance(made, ApprovalRequest):
        return told(_("The note waits for a second person."), changed="invoice-changed")
    return told(_("Note %(number)s is written.", number=made.number), changed="invoice-changed")
