"""Reading invoices and what is owed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from app.billing.models import AccountCredit, Charge, CreditNote, Invoice, InvoiceStatus
from app.core import db
from app.core.errors import NotFound
from app.core.money import Money
from app.customers.models import Account, Customer


def invoices_of(
    *,
    customer_id: UUID | None = None,
    account_ids: Sequence[UUID] | None = None,
    limit: int = 24,
) -> Sequence[Invoice]:
    """Newest first, of a customer or of some accounts."""
    query = select(Invoice).order_by(Invoice.issued_at.desc(), Invoice.number.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(_is_of(customer_id))
    if account_ids is not None:
        query = query.where(Invoice.account_id.in_(account_ids))
    return db.session.scalars(query).all()


def open_invoices(customer_id: UUID) -> Sequence[Invoice]:
    """What is still to pay, the most urgent first."""
    query = select(Invoice).where(Invoice.status == InvoiceStatus.OPEN, _is_of(customer_id))
    return db.session.scalars(query.order_by(Invoice.due_on, Invoice.number)).all()


def owed(customer_id: UUID) -> Money:
    """The sum of all open invoices, in the currency of the customer's market."""
    due = func.sum(Invoice.total - Invoice.paid - Invoice.credited)
    query = select(func.coalesce(due, 0)).where(Invoice.status == InvoiceStatus.OPEN)
    amount = db.session.scalars(query.where(_is_of(customer_id))).one()
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound
    return Money(Decimal(amount), customer.market.currency)


def invoice_with_lines(invoice_id: UUID) -> Invoice:
    """The invoice with its account and charges loaded. Whoever shows it went through access."""
    query = (
        select(Invoice)
        .where(Invoice.id == invoice_id)
        .options(selectinload(Invoice.charges), selectinload(Invoice.account))
    )
    invoice = db.session.scalar(query)
    if invoice is None:
        raise NotFound
    return invoice


def credit_notes_of(invoice_id: UUID) -> Sequence[CreditNote]:
    query = select(CreditNote).where(CreditNote.invoice_id == invoice_id)
    return db.session.scalars(query.order_by(CreditNote.issued_at, CreditNote.number)).all()


def credited(invoice: Invoice) -> Money:
    """What all its credit notes take back."""
    query = select(func.coalesce(func.sum(CreditNote.amount), 0))
    amount = db.session.scalars(query.where(CreditNote.invoice_id == invoice.id)).one()
    return Money(Decimal(amount), invoice.currency)


def open_charges(account_id: UUID) -> Sequence[Charge]:
    """What waits for the next invoice."""
    query = select(Charge).where(Charge.account_id == account_id, Charge.invoice_id.is_(None))
    return db.session.scalars(query.order_by(Charge.period_start, Charge.id)).all()


def credit_of(account_id: UUID) -> Money:
    """Money the account has with us, tax included; the next invoice uses it."""
    account = db.session.get_one(Account, account_id)
    query = select(func.coalesce(func.sum(AccountCredit.amount), 0)).where(
        AccountCredit.account_id == account_id
    )
    return Money(Decimal(db.session.scalars(query).one()), account.currency)


def unpaid_since(market_code: str, due_until: date) -> Sequence[UUID]:
    """Open invoices of a market that were due on or before a day."""
    query = select(Invoice.id).where(
        Invoice.market_code == market_code,
        Invoice.status == InvoiceStatus.OPEN,
        Invoice.due_on <= due_until,
    )
    return db.session.scalars(query.order_by(Invoice.due_on, Invoice.number)).all()


def _is_of(customer_id: UUID) -> ColumnElement[bool]:
    own = select(Account.id).where(Account.customer_id == customer_id)
    return Invoice.account_id.in_(own)
