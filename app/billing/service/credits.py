"""Crediting an invoice, and adding to it, when a second person must agree."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from app.billing import access
from app.billing.models import CreditNote, DebitNote, Invoice
from app.billing.service import invoices
from app.core import db
from app.core.actor import Actor
from app.core.money import Money
from app.customers.contact import plain_text
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest

ACTION = "billing.credit"
DEBIT = "billing.debit"

Note = TypeVar("Note", CreditNote, DebitNote)


def ask_credit(
    invoice_id: UUID, amount: Money, reason: str, *, by: Actor
) -> CreditNote | ApprovalRequest:
    """As `credit`; what the doer may not credit alone becomes a request to a second person."""
    checked, write = invoices.checked_credit, invoices.write_note
    return _ask(ACTION, invoice_id, amount, reason, by=by, checked=checked, write=write)


def credit_approved(event: ApprovalGranted) -> None:
    """Write what a second person agreed to, in the transaction of her decision."""
    _write_approved(ACTION, event, invoices.write_note)


def ask_debit(
    invoice_id: UUID, amount: Money, reason: str, *, by: Actor
) -> DebitNote | ApprovalRequest:
    """As `debit`; what the doer may not add alone becomes a request to a second person."""
    checked, write = invoices.checked_debit, invoices.write_debit
    return _ask(DEBIT, invoice_id, amount, reason, by=by, checked=checked, write=write)


def debit_approved(event: ApprovalGranted) -> None:
    """As `credit_approved`."""
    _write_approved(DEBIT, event, invoices.write_debit)


def _ask(
    action: str,
    invoice_id: UUID,
    amount: Money,
    reason: str,
    *,
    by: Actor,
    checked: Callable[[Invoice, Money], Money],
    write: Callable[..., Note],
) -> Note | ApprovalRequest:
    """`checked` says what the notes of this kind come to with this one."""
    reason = plain_text(reason, field="reason", longest=invoices.LONGEST_REASON)
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, action, lock=True)
        return approvals.done_or_asked(
            action,
            invoice.id,
            by=by,
            market_code=invoice.market_code,
            amount=amount,
            in_all=checked(invoice, amount),
            why=reason,
            facts={"number": invoice.number},
            do=lambda: write(invoice, amount, reason, by=by),
        )


def _write_approved(action: str, event: ApprovalGranted, write: Callable[..., object]) -> None:
    approver = approvals.approver_of(event)
    invoice = access.invoice_for(approver, UUID(event.object_id), action, lock=True)
    write(invoice, event.money, event.why, by=approver)
