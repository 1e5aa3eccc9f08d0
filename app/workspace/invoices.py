"""An invoice as the agent sees it: why it says what it says."""

from uuid import UUID

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.billing import access, queries
from app.core import clock
from app.core.money import Money
from app.customers import access as customers
from app.payments import queries as payments
from app.web.filters import money
from app.web.login import current_actor, staff_with
from app.workspace import bp, payment_links
from app.workspace.reasons import reason_of, title_of


@bp.get("/desk/invoices/<uuid:invoice_id>")
@staff_with("billing.read")
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.invoice_with_lines(access.invoice_for(actor, invoice_id).id)
    customer = customers.customer_for(actor, found.account.customer_id, "billing.read")
    g.timezone = customer.market.timezone
    return render_template(
        "workspace/invoices/invoice.html",
        invoice=found,
        customer=customer,
        invoice_money=lambda amount: money(Money(amount, found.currency)),
        title_of=title_of,
        reason_of=reason_of,
        overdue=found.is_overdue(clock.today(customer.market.timezone)),
        credit_notes=queries.credit_notes_of(found.id),
        payments=payments.payments_of_invoice(found.id),
        conversation=payment_links.talk_with(customer.id, actor),
    )
