"""Amounts of an invoice that are not dunned for: disputed, or promised in a payment plan."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing import access
from app.billing.models import DunningHold, Invoice
from app.billing.service.blocks import EFFECTS, forget_steps, lift_blocks
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money


def hold(invoice_id: UUID, amount: Money, reason: str, *, by: Actor) -> None:
    """No reminder and no block for this amount of the bill; the rest of it is dunned as ever.

    When nothing else of it is due, blocks placed for it are lifted. The same again is one.
    Raises Invalid unless the amount can be paid in the bill's currency.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        if amount.currency != invoice.currency or not amount.is_payable:
            raise Invalid(field="amount")
        statement = insert(DunningHold).values(
            id=new_id(),
            invoice_id=invoice.id,
            amount=amount.amount,
            reason=reason,
            placed_at=clock.now(),
        )
        new = statement.on_conflict_do_nothing().returning(DunningHold.id)
        if db.session.scalar(new) is None:
            return
        audit.record(
            by, "invoice.dunning_held", "invoice", invoice.id, amount=amount, reason=reason
        )
        spare(invoice)


def release(reason: str, *, by: Actor) -> None:
    """What is still due of every invoice held for it is dunned again."""
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
    """The sum of what is not dunned for."""
    query = select(func.coalesce(func.sum(DunningHold.amount), 0)).where(
        DunningHold.invoice_id == invoice_id, DunningHold.lifted_at.is_(None)
    )
    return Decimal(db.session.scalars(query).one())


def is_held(invoice: Invoice) -> bool:
    """Whether nothing is due of it but what is held."""
    return 0 < invoice.due.amount <= held(invoice.id)


def spare(invoice: Invoice) -> None:
    """When nothing of a locked bill is due but what is held, its blocks are lifted. They come back
    with the next dunning after a release in vain."""
    if not is_held(invoice):
        return
    lift_blocks(invoice)
    forget_steps(invoice, EFFECTS)
