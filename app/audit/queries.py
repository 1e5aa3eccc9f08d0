"""Reading the trail."""

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db


def latest(
    *,
    object_kind: str | None = None,
    object_id: str | None = None,
    action: str | None = None,
    before: int | None = None,
    size: int = 50,
) -> list[AuditEntry]:
    """Entries newest first; `before` is the id to continue from."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(size)
    if object_kind:
        query = query.where(AuditEntry.object_kind == object_kind)
    if object_id:
        query = query.where(AuditEntry.object_id == object_id)
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if before:
        query = query.where(AuditEntry.id < before)
    return list(db.session.scalars(query))
