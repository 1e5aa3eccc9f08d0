"""An invoice as the agent sees it: why it says what it says, its paper, disputes and notes."""

from uuid import UUID

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import views
from app.billing import access, queries, service
from app.billing.documents import document_of
from app.core import clock
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.customers import access as customers
from app.identity import approvals
from app.payments import queries as payments
from app.web import papers
from app.web.fields import amount
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.payment_links import talk_with, ways_of


@bp.get("/desk/invoices/<uuid:invoice_id>")
@staff_with("billing.read")
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = access.invoice_for(actor, invoice_id)
    customer = customers.customer_for(actor, found.account.customer_id, "billing.read")
    views.seen(actor, "billing", customer.id)
    g.timezone = customer.market.timezone
    return render_template(
        "workspace/invoices/invoice.html",
        invoice=found,
        document=document_of(found.id, language()),
        customer=customer,
        overdue=found.is_overdue(clock.today(customer.market.timezone)),
        payments=payments.payments_of_invoice(found.id) if actor.may("payments.read") else [],
        ways=ways_of(found),
        conversation=talk_with(customer.id, actor),
        waiting=approvals.waiting_about(found.id),
        debts=queries.bad_debts_of(found.id),
    )


@bp.get("/desk/invoices/<uuid:invoice_id>/pdf")
@staff_with("billing.read")
def invoice_pdf(invoice_id: UUID) -> ResponseReturnValue:
    found = access.invoice_for(current_actor(), invoice_id)
    views.seen(current_actor(), "billing", found.account.customer_id)
    return papers.pdf_of(found, "workspace/invoices/waiting.html")


@bp.post("/desk/invoices/<uuid:invoice_id>/pdf")
@staff_with("billing.read")
@takes()
def ask_paper(invoice_id: UUID) -> ResponseReturnValue:
    return papers.ask(access.invoice_for(current_actor(), invoice_id))


@bp.get("/desk/invoices/<uuid:invoice_id>/usage.csv")
@staff_with("usage.read")
def invoice_usage(invoice_id: UUID) -> ResponseReturnValue:
    return papers.usage_sheet(access.invoice_for(current_actor(), invoice_id))


@bp.post("/desk/invoices/<uuid:invoice_id>/charges/<uuid:charge_id>/dispute")
@staff_with("billing.dispute")
@takes("amount", "reason")
def dispute_charge(invoice_id: UUID, charge_id: UUID) -> ResponseReturnValue:
    """The customer says so; the agent writes it down."""
    actor = current_actor()
    found = access.invoice_for(actor, invoice_id)
    asked = amount(request.form.get("amount", ""), found.currency)
    service.dispute(found.id, charge_id, asked, request.form["reason"], by=actor)
    return told(_("The dispute is open."), changed="invoice-changed")
