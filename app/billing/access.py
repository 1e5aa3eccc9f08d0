"""The one door to an invoice, to a dispute of one, and to a billing run."""

from uuid import UUID

from sqlalchemy import select

from app.billing.models import BillRun, Dispute, Invoice
from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound


def invoice_for(
    actor: Actor, invoice_id: UUID, permission: str = "billing.read", *, lock: bool = False
) -> Invoice:
    """A customer sees her own, staff those of their markets; everybody else NotFound.

    Raises Forbidden without the permission.
    """
    query = select(Invoice).where(Invoice.id == invoice_id)
    if lock:
        query = query.with_for_update(of=Invoice).execution_options(populate_existing=True)
    invoice = db.session.scalar(query)
    if invoice is None or not _sees(actor, invoice):
        raise NotFound
    actor.must(permission)
    return invoice


def dispute_for(
    actor: Actor, dispute_id: UUID, permission: str = "billing.read", *, lock: bool = False
) -> Dispute:
    """Whoever may see the invoice. The lock is the invoice's: what is decided changes it."""
    dispute = db.session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound
    invoice_for(actor, dispute.invoice_id, permission, lock=lock)
    if lock:
        db.session.refresh(dispute)
    return dispute


def run_for(
    actor: Actor, run_id: UUID, permission: str = "billing.read", *, lock: bool = False
) -> BillRun:
    """Staff of its market only."""
    run = db.session.get(BillRun, run_id, with_for_update=lock or None, populate_existing=True)
    if run is None or actor.is_customer or not actor.sees_market(run.market_code):
        raise NotFound
    actor.must(permission)
    return run


def _sees(actor: Actor, invoice: Invoice) -> bool:
    if actor.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return invoice.account.customer_id == actor.id
    return actor.sees_market(invoice.market_code)
