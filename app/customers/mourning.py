"""A customer who has died: known from a proof that an agent saw. Nobody is reminded of bills."""

from uuid import UUID

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.customers import access
from app.customers.models import Customer


def note_death(customer_id: UUID, *, by: Actor, proof: str) -> Customer:
    """Noted again, the first note stands. `proof` says where the paper is kept."""
    with db.transaction():
        customer = access.customer_for(by, customer_id, "customers.close_deceased", lock=True)
        if customer.deceased_at is None:
            customer.deceased_at = clock.now()
            audit.record(by, "customer.deceased", "customer", customer.id, proof=proof)
    return customer


def undo_death(customer_id: UUID, *, by: Actor, why: str) -> Customer:
    """It was a mistake."""
    with db.transaction():
        customer = access.customer_for(by, customer_id, "customers.close_deceased", lock=True)
        if customer.deceased_at is not None:
            customer.deceased_at = None
            audit.record(by, "customer.not_deceased", "customer", customer.id, why=why)
    return customer
