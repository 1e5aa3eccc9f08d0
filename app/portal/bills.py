"""Bills: the list, one with its lines, taking it along, and saying that a charge is wrong."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.billing import access, queries, service
from app.billing.documents import document_of
from app.billing.models import Invoice
from app.core import clock, db
from app.core.errors import NotFound
from app.core.i18n import language
from app.payments import queries as payments
from app.portal import bp
from app.portal.me import me
from app.web import papers
from app.web.fields import amount
from app.web.input import takes
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
    invoice = invoice_by(number)
    return render_template(
        "portal/bills/bill.html",
        invoice=invoice,
        document=document_of(invoice.id, language()),
        undecided=payments.undecided_of_invoice(invoice.id),
        autopay=payments.debit_of_invoice(invoice.id),
        market=customer.market,
        today=clock.today(customer.market.timezone),
    )


@bp.get("/my/bills/<number>/pdf")
@customer_with("billing.read")
def bill_pdf(number: str) -> ResponseReturnValue:
    return papers.pdf_of(invoice_by(number), "portal/bills/waiting.html")


@bp.post("/my/bills/<number>/pdf")
@customer_with("billing.read")
@takes()
def ask_paper(number: str) -> ResponseReturnValue:
    return papers.ask(invoice_by(number))


@bp.get("/my/bills/<number>/code.svg")
@customer_with("billing.read")
def bill_code(number: str) -> ResponseReturnValue:
    return papers.code_picture(invoice_by(number))


@bp.get("/my/bills/<number>/usage.csv")
@customer_with("usage.read")
def bill_usage(number: str) -> ResponseReturnValue:
    return papers.usage_sheet(invoice_by(number))


@bp.post("/my/bills/<number>/charges/<uuid:charge_id>/dispute")
@customer_with("billing.dispute")
@takes("amount", "reason")
def dispute_charge(number: str, charge_id: UUID) -> ResponseReturnValue:
    invoice = invoice_by(number)
    service.dispute(
        invoice.id,
        charge_id,
        amount(request.form.get("amount", ""), invoice.currency),
        request.form["reason"],
        by=current_actor(),
    )
    return redirect(url_for("portal.bill", number=number), 303)


@bp.post("/my/bills/<number>/disputes/<uuid:dispute_id>/withdraw")
@customer_with("billing.dispute")
@takes()
def withdraw_dispute(number: str, dispute_id: UUID) -> ResponseReturnValue:
    invoice, found = invoice_by(number), access.dispute_for(current_actor(), dispute_id)
    if found.invoice_id != invoice.id:
        raise NotFound
    service.withdraw(dispute_id, by=current_actor())
    return redirect(url_for("portal.bill", number=number), 303)


def invoice_by(number: str) -> Invoice:
    """The customer's own bill of this number. Raises NotFound for all others."""
    if "\0" in number:
        raise NotFound
    found = db.session.scalar(select(Invoice.id).where(Invoice.number == number))
    if found is None:
        raise NotFound
    return access.invoice_for(current_actor(), found, "billing.read")
