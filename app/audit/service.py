"""Writing to the trail, always inside the caller's transaction."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import Actor
from app.core.money import Money


def record(
    by: Actor, action: str, object_kind: str, object_id: UUID | int | str, /, **changes: Any
) -> None:
    """One entry. A change is `field=(before, after)`, a circumstance `field=value`."""
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            changes={name: _plain(value) for name, value in changes.items()},
        )
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Money):
        return str(value)
    return value
