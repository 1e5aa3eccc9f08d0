"""Amounts of an invoice that are not dunned for: disputed, or promised in a payment plan."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing import access
from app.billing.models import DunningHold, DunningStep, Invoice
from app.billing.service.blocks import EFFECTS, lift_blocks
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.money import Money


def hold(invoice_id: UUID, amount: Money, reason: str, *, by: Actor) -> None:
    """Dun for the rest of the invoice only, until `reason` is released. Again changes the amount.

    When nothing else of it is due, blocks placed for it are lifted.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        if amount.currency != invoice.currency or amount.amount <= 0:
            raise Invalid(field="amount")
        statement = insert(DunningHold).values(
            id=new_id(),
            invoice_id=invoice.id,
            amount=amount.amount,
            reason=reason,
            placed_at=clock.now(),
        )
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=[DunningHold.invoice_id, DunningHold.reason],
                index_where=DunningHold.lifted_at.is_(None),
                set_={"amount": amount.amount},
            )
        )
        audit.record(by, "invoice.held", "invoice", invoice.id, amount=amount, reason=reason)
        if is_held(invoice):
            lift_blocks(invoice)
            # They come back with the next dunning, should the hold be released in vain.
            db.session.execute(
                delete(DunningStep).where(
                    DunningStep.invoice_id == invoice.id, DunningStep.action.in_(EFFECTS)
                )
            )


def release(invoice_id: UUID, reason: str, *, by: Actor) -> None:
    """Dun for it again. A reason that is not there changes nothing."""
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        lifted = db.session.scalars(
            update(DunningHold)
            .where(
                DunningHold.invoice_id == invoice.id,
                DunningHold.reason == reason,
                DunningHold.lifted_at.is_(None),
            )
            .values(lifted_at=clock.now())
            .returning(DunningHold.id)
        ).all()
        if lifted:
            audit.record(by, "invoice.released", "invoice", invoice.id, reason=reason)


def is_held(invoice: Invoice) -> bool:
    """Whether all that is due of it is held for some reason."""
    query = select(func.coalesce(func.sum(DunningHold.amount), 0)).where(
        DunningHold.invoice_id == invoice.id, DunningHold.lifted_at.is_(None)
    )
    held = Decimal(db.session.scalars(query).one())
    return held > 0 and held >= invoice.due.amount
