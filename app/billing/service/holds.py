"""Holding dunning for a disputed amount, and letting it go on. Disputes call these."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import access
from app.billing.events import DunningHeld, DunningReleased
from app.billing.models import DunningHold
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.money import Money


def hold(invoice_id: UUID, amount: Money, *, by: Actor, effect_key: str) -> DunningHold:
    """No reminder and no block for this amount of the bill; the rest of it is dunned as ever.

    Once per `effect_key`, such as the dispute's id. Raises Invalid unless it is above zero in
    the bill's currency.
    """
    with db.transaction():
        invoice = access.invoice_for(by, invoice_id, lock=True)
        found = _found(effect_key)
        if found is not None:
            if found.invoice_id != invoice_id:
                raise Conflict(field="effect_key")
            return found
        above_zero = amount.amount.is_finite() and amount.amount > 0
        if amount.currency != invoice.currency or not above_zero:
            raise Invalid(field="amount")
        new = DunningHold(
            id=new_id(),
            invoice_id=invoice.id,
            amount=amount.amount,
            effect_key=effect_key,
            placed_at=clock.now(),
        )
        db.session.add(new)
        audit.record(by, "invoice.dunning_held", "invoice", invoice.id, amount=amount)
        events.announce(
            DunningHeld(invoice.id, invoice.account.customer_id, amount.amount, amount.currency)
        )
    return new


def release(effect_key: str, *, by: Actor) -> DunningHold | None:
    """The dispute is decided: what is still due is dunned again. None for a key nobody held."""
    with db.transaction():
        found = _found(effect_key)
        if found is None:
            return None
        invoice = access.invoice_for(by, found.invoice_id, lock=True)
        db.session.refresh(found)
        if found.released_at is None:
            found.released_at = clock.now()
            amount = Money(found.amount, invoice.currency)
            audit.record(by, "invoice.dunning_released", "invoice", invoice.id, amount=amount)
            events.announce(
                DunningReleased(
                    invoice.id, invoice.account.customer_id, found.amount, invoice.currency
                )
            )
    return found


def _found(effect_key: str) -> DunningHold | None:
    return db.session.scalar(select(DunningHold).where(DunningHold.effect_key == effect_key))
