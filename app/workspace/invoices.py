"""An invoice as the agent sees it: why it says what it says."""

from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.billing import access
from app.billing.documents import document_of
from app.core import clock
from app.core.i18n import language
from app.customers import access as customers
from app.payments import queries as payments
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.payment_links import talk_with, ways_of


@bp.get("/desk/invoices/<uuid:invoice_id>")
@staff_with("billing.read")
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = access.invoice_for(actor, invoice_id)
    customer = customers.customer_for(actor, found.account.customer_id, "billing.read")
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
    )
