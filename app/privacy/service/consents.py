"""What a customer agreed to, purpose by purpose: each word is a row, the last one counts."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.customers.access import customer_for
from app.privacy.models import Consent, Purpose

# Of the sentences that she read; a new one asks anew.
WORDS = "2026-11"


def say(customer_id: UUID, purpose: Purpose, *, agreed: bool, by: Actor) -> None:
    """Saying the same again writes nothing."""
    permission = "portal.enter" if by.is_customer else "customers.update"
    with db.transaction():
        customer = customer_for(by, customer_id, permission, lock=True)
        if has_agreed(customer.id, purpose) is agreed:
            return
        db.session.add(
            Consent(
                customer_id=customer.id,
                purpose=purpose,
                agreed=agreed,
                words_version=WORDS,
                said_by=by.id,
                said_by_kind=by.kind.value,
                at=clock.now(),
            )
        )
        if agreed:
            audit.record(by, "purpose.agreed", "customer", customer.id, purpose=purpose)
        else:
            audit.record(by, "purpose.withdrawn", "customer", customer.id, purpose=purpose)


def has_agreed(customer_id: UUID, purpose: Purpose) -> bool:
    """Without a word of hers: no."""
    return next((each.agreed for each in log_of(customer_id) if each.purpose is purpose), False)


def log_of(customer_id: UUID) -> list[Consent]:
    """The latest first."""
    query = select(Consent).where(Consent.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Consent.at.desc(), Consent.id.desc())))
