"""The one door to an invoice."""

from uuid import UUID

from sqlalchemy import select

from app.billing.models import Invoice
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


def _sees(actor: Actor, invoice: Invoice) -> bool:
    if actor.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return invoice.account.customer_id == actor.id
    return actor.sees_market(invoice.market_code)
