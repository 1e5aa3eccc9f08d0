"""Amounts that are not dunned for while a reason stands, as a payment plan that is kept."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing.models import DunningHold, Invoice
from app.core import clock, db
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money


def hold(invoice_id: UUID, amount: Money, reason: str, *, by: Actor) -> None:
    """Do not dun for `amount` of an invoice until the reason is lifted; the same again is one."""
    with db.transaction():
        statement = insert(DunningHold).values(
            id=new_id(),
            invoice_id=invoice_id,
            amount=amount.amount,
            reason=reason,
            placed_at=clock.now(),
        )
        held = db.session.scalar(statement.on_conflict_do_nothing().returning(DunningHold.id))
        if held is not None:
            audit.record(
                by, "invoice.dunning_held", "invoice", invoice_id, amount=amount, reason=reason
            )


def release(reason: str, *, by: Actor) -> None:
    """Of all invoices held for this reason."""
    with db.transaction():
        lifted = db.session.scalars(
            update(DunningHold)
            .where(DunningHold.reason == reason, DunningHold.lifted_at.is_(None))
            .values(lifted_at=clock.now())
            .returning(DunningHold.invoice_id)
        ).all()
        for invoice_id in lifted:
            audit.record(by, "invoice.dunning_released", "invoice", invoice_id, reason=reason)


def held(invoice_id: UUID) -> Decimal:
    """What of an invoice is not dunned for, in its currency."""
    query = select(func.coalesce(func.sum(DunningHold.amount), 0)).where(
        DunningHold.invoice_id == invoice_id, DunningHold.lifted_at.is_(None)
    )
    return Decimal(db.session.scalars(query).one())


def is_held(invoice: Invoice) -> bool:
    """Whether nothing is due of it but what is held."""
    return 0 < invoice.due.amount <= held(invoice.id)
