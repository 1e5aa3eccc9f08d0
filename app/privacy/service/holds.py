"""Orders that forbid to erase: placed and lifted by people, with a reason."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers.access import customer_for
from app.privacy.errors import AlreadyAsked, ReasonNeeded
from app.privacy.models import LegalHold


def place(customer_id: UUID, reason: str, *, by: Actor) -> LegalHold:
    """Nothing of hers is erased or forgotten until it is lifted."""
    with db.transaction():
        customer = customer_for(by, customer_id, "privacy.manage", lock=True)
        if not reason.strip():
            raise ReasonNeeded
        if standing(customer.id):
            raise AlreadyAsked
        hold = LegalHold(
            customer_id=customer.id,
            reason=reason.strip()[:2000],
            placed_by=by.id,
            placed_by_name=by.name,
            placed_at=clock.now(),
        )
        db.session.add(hold)
        audit.record(by, "customer.held", "customer", customer.id)
    return hold


def lift(hold_id: UUID, *, by: Actor) -> None:
    with db.transaction():
        hold = check(hold_id, by=by)
        hold.lifted_by, hold.lifted_at = by.id, clock.now()
        audit.record(by, "customer.hold_lifted", "customer", hold.customer_id)


def check(hold_id: UUID, *, by: Actor) -> LegalHold:
    """One that stands, of a customer whom the doer sees. Raises NotFound."""
    hold = db.session.get(LegalHold, hold_id, with_for_update={"of": LegalHold})
    if hold is None or hold.lifted_at is not None:
        raise NotFound
    customer_for(by, hold.customer_id, "privacy.manage")
    return hold


def standing(customer_id: UUID) -> bool:
    query = select(LegalHold.id).where(
        LegalHold.customer_id == customer_id, LegalHold.lifted_at.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None
