"""The trail of one customer and her lines, for the agent who asks what happened: what was done, not
who looked."""

from sqlalchemy import Text, cast, or_, select

from app.audit import views
from app.audit.models import AuditEntry
from app.core import db
from app.customers.models import Customer
from app.subscriptions.models import Line

_MOST = 100


def changes_of(customer: Customer) -> list[AuditEntry]:
    """Newest first."""
    lines = select(cast(Line.id, Text)).where(Line.customer_id == customer.id)
    about_customer = (AuditEntry.object_kind == "customer") & (
        AuditEntry.object_id == str(customer.id)
    )
    about_lines = (AuditEntry.object_kind == "line") & AuditEntry.object_id.in_(lines)
    query = select(AuditEntry).where(
        or_(about_customer, about_lines), AuditEntry.action.not_in(views.LOOKS)
    )
    return list(
        db.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(_MOST))
    )
