"""Crediting an invoice, and adding to it, when a second person must agree."""

from uuid import UUID

from app.billing import access
from app.billing.models import CreditNote, DebitNote
from app.billing.service import invoices
from app.core import db
from app.core.actor import Actor
from app.core.money import Money
from app.customers.contact import plain_text
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest, Staff

ACTION = "billing.credit"
DEBIT = "billing.debit"


def ask_credit(
    invoice_id: UUID, amount: Money, reason: str, *, by: Actor
) -> CreditNote | ApprovalRequest:
    """As `credit`; what the doer may not credit alone becomes a request to a second person."""
    reason = plain_text(reason, field="reason", longest=invoices.LONGEST_REASON)
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, ACTION, lock=True)
        in_all = invoices.checked_credit(invoice, amount)
        if approvals.may_alone(by, invoice.market_code, ACTION, in_all):
            return invoices.write_note(invoice, amount, reason, by=by)
        return approvals.ask(
            ACTION,
            invoice.id,
            by=by,
            market_code=invoice.market_code,
            amount=amount,
            why=reason,
            facts={"number": invoice.number},
        )


def credit_approved(event: ApprovalGranted) -> None:
    """Write what a second person agreed to, in the transaction of her decision."""
    approver = db.session.get_one(Staff, event.approver_id).as_actor()
    invoice = access.invoice_for(approver, UUID(event.object_id), ACTION, lock=True)
    invoices.write_note(invoice, Money(event.amount, event.currency), event.why, by=approver)


def ask_debit(
    invoice_id: UUID, amount: Money, reason: str, *, by: Actor
) -> DebitNote | ApprovalRequest:
    """As `debit`; what the doer may not add alone becomes a request to a second person."""
    reason = plain_text(reason, field="reason", longest=invoices.LONGEST_REASON)
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, DEBIT, lock=True)
        in_all = invoices.checked_debit(invoice, amount)
        if approvals.may_alone(by, invoice.market_code, DEBIT, in_all):
            return invoices.write_debit(invoice, amount, reason, by=by)
        return approvals.ask(
            DEBIT,
            invoice.id,
            by=by,
            market_code=invoice.market_code,
            amount=amount,
            why=reason,
            facts={"number": invoice.number},
        )


def debit_approved(event: ApprovalGranted) -> None:
    """As `credit_approved`."""
    approver = db.session.get_one(Staff, event.approver_id).as_actor()
    invoice = access.invoice_for(approver, UUID(event.object_id), DEBIT, lock=True)
    invoices.write_debit(invoice, Money(event.amount, event.currency), event.why, by=approver)
