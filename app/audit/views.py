"""That somebody of the staff looked at a person's data: once a look, not once a click."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, literal, select

from app.audit.models import AuditEntry
from app.audit.service import sealed_entry
from app.core import clock, db
from app.core.actor import Actor

AREAS = ("profile", "billing", "payments", "usage", "identity")
LOOKS = frozenset(f"customer.{area}_viewed" for area in AREAS)
# A page fetched again within this time is the same look.
ONE_LOOK = timedelta(minutes=15)


def seen(by: Actor, area: str, customer_id: UUID) -> None:
    """`area` is what she saw of the customer, one of AREAS."""
    if not by.is_staff:
        return
    with db.transaction():
        entry = sealed_entry(by, f"customer.{area}_viewed", "customer", customer_id, {})
        columns = AuditEntry.__table__.c
        before = select(AuditEntry.id).where(
            AuditEntry.object_kind == "customer",
            AuditEntry.object_id == entry["object_id"],
            AuditEntry.actor_id == by.id,
            AuditEntry.action == entry["action"],
            AuditEntry.at > clock.now() - ONE_LOOK,
        )
        values = [literal(value, columns[name].type) for name, value in entry.items()]
        new = select(*values).where(~before.exists())
        db.session.execute(insert(AuditEntry).from_select(list(entry), new))
