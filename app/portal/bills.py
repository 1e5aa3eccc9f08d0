"""Bills: the list, one with its lines, and the way to pay it."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.billing import access, queries
from app.billing.models import Invoice
from app.core import clock, db
from app.core.errors import NotFound
from app.payments import queries as payments
from app.portal import bp
from app.portal.me import me
from app.web.login import current_actor, customer_with


@bp.get("/my/bills")
@customer_with("billing.read")
def bills() -> ResponseReturnValue:
    customer = me()
    return render_template(
        "portal/bills/bills.html",
        invoices=queries.invoices_of(customer_id=customer.id),
        today=clock.today(customer.market.timezone),
    )


@bp.get("/my/bills/<number>")
@customer_with("billing.read")
def bill(number: str) -> ResponseReturnValue:
    customer = me()
    invoice = queries.invoice_with_lines(invoice_by(number).id)
    return render_template(
        "portal/bills/bill.html",
        invoice=invoice,
        credit_notes=queries.credit_notes_of(invoice.id),
        undecided=payments.undecided_of_invoice(invoice.id),
        autopay=payments.debit_of_invoice(invoice.id),
        market=customer.market,
        today=clock.today(customer.market.timezone),
    )


def invoice_by(number: str) -> Invoice:
    """The customer's own bill of this number. Raises NotFound for all others."""
    if "\0" in number:
        raise NotFound
    found = db.session.scalar(select(Invoice.id).where(Invoice.number == number))
    if found is None:
        raise NotFound
    return access.invoice_for(current_actor(), found, "billing.read")
