"""What we no longer expect to be paid: written off, undone, and recovered by a late payment.

The debt stays: an invoice that is written off may be paid at any time.
"""

from uuid import UUID

from app.audit import service as audit
from app.billing.errors import InvoiceWrittenOff
from app.billing.events import DebtMoved
from app.billing.models import BadDebt, BadDebtKind, Invoice, InvoiceStatus
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money


def refuse_written_off(invoice: Invoice) -> None:
    if invoice.written_off:
        raise InvoiceWrittenOff


def take_off(invoice: Invoice, reason: str, *, by: Actor) -> BadDebt:
    """What is due of a locked invoice is expected no longer."""
    amount = invoice.due
    invoice.written_off += amount.amount
    invoice.status = InvoiceStatus.WRITTEN_OFF
    return _moved(invoice, BadDebtKind.WRITTEN_OFF, amount, reason, by)


def put_back(invoice: Invoice, reason: str, *, by: Actor) -> BadDebt:
    """What is written off of a locked invoice, and not recovered, is due again."""
    amount = Money(invoice.written_off, invoice.currency)
    invoice.written_off -= amount.amount
    invoice.status = InvoiceStatus.OPEN
    return _moved(invoice, BadDebtKind.UNDONE, amount, reason, by)


def recover(invoice: Invoice, amount: Money, *, by: Actor, payment_id: UUID) -> None:
    """Before a payment is entered: as much of what is written off is due again as it pays."""
    beyond = amount.amount - invoice.due.amount
    recovered = Money(min(beyond, invoice.written_off), invoice.currency)
    if recovered.amount <= 0:
        return
    invoice.written_off -= recovered.amount
    _moved(invoice, BadDebtKind.RECOVERED, recovered, f"payment {payment_id}", by)


def _moved(invoice: Invoice, kind: BadDebtKind, amount: Money, reason: str, by: Actor) -> BadDebt:
    moved = BadDebt(
        id=new_id(),
        invoice_id=invoice.id,
        account_id=invoice.account_id,
        market_code=invoice.market_code,
        kind=kind,
        amount=amount.amount,
        currency=amount.currency,
        reason=reason,
        by=by.name,
        at=clock.now(),
    )
    db.session.add(moved)
    audit.record(
        by, f"invoice.debt_{kind.value}", "invoice", invoice.id, amount=amount, reason=reason
    )
    events.announce(
        DebtMoved(
            moved.id,
            invoice.id,
            invoice.account_id,
            invoice.account.customer_id,
            kind.value,
            amount.amount,
            amount.currency,
            moved.at,
        )
    )
    return moved
