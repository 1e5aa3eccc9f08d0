"""Invoices: those of a customer, and one with its lines."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.api.v1 import bp, finding
from app.api.v1.asking import Asking, Shown, client_with, reads
from app.api.v1.words import Amount, Name, amount
from app.billing import access, queries
from app.billing.models import Invoice, InvoiceStatus
from app.core.money import Money
from app.web.login import current_actor


class InvoicesAsked(Asking):
    """`customer` is an id or a reference such as C-000123."""

    customer: Name


class InvoiceShown(Shown):
    id: UUID
    number: str
    account_id: UUID
    status: InvoiceStatus
    period_start: date
    period_end: date
    issued_at: datetime
    due_on: date
    total: Amount
    due: Amount


class Invoices(Shown):
    """The latest first, 24 at most."""

    invoices: list[InvoiceShown]


class Charged(Shown):
    line_id: UUID | None
    kind: str
    description: str
    period_start: date
    period_end: date
    amount: Amount


class InvoiceWithLines(InvoiceShown):
    net: Amount
    tax: Amount
    charges: list[Charged]


@bp.get("/invoices")
@client_with("billing.read")
@reads(Invoices, query=InvoicesAsked)
def invoices(asked: InvoicesAsked) -> Invoices:
    """The invoices of a customer."""
    customer = finding.customer(asked.customer, "billing.read", by=current_actor())
    found = queries.invoices_of(customer_id=customer.id)
    return Invoices(invoices=[InvoiceShown(**_facts(each)) for each in found])


@bp.get("/invoices/<uuid:invoice_id>")
@client_with("billing.read")
@reads(InvoiceWithLines)
def invoice(invoice_id: UUID) -> InvoiceWithLines:
    """One invoice with everything on it."""
    access.invoice_for(current_actor(), invoice_id)
    found = queries.invoice_with_lines(invoice_id)
    currency = found.currency
    return InvoiceWithLines(
        **_facts(found),
        net=amount(Money(found.net, currency)),
        tax=amount(Money(found.tax, currency)),
        charges=[
            Charged(
                line_id=each.line_id,
                kind=str(each.kind),
                description=each.description,
                period_start=each.period_start,
                period_end=each.period_end,
                amount=amount(Money(each.amount, currency)),
            )
            for each in found.charges
        ],
    )


def _facts(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "number": invoice.number,
        "account_id": invoice.account_id,
        "status": invoice.status,
        "period_start": invoice.period_start,
        "period_end": invoice.period_end,
        "issued_at": invoice.issued_at,
        "due_on": invoice.due_on,
        "total": amount(invoice.total_money),
        "due": amount(invoice.due),
    }
