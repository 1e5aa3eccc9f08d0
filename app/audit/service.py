"""Writing to the trail, always inside the caller's transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from app.audit import home, sealing
from app.audit.models import AuditEntry
from app.core import bulk, clock, db
from app.core.actor import Actor
from app.core.money import Money
from app.core.written import clean, clean_all


def record(
    by: Actor, action: str, object_kind: str, object_id: UUID | int | str, /, **changes: Any
) -> None:
    """One entry. A change is `field=(before, after)`, a circumstance `field=value`."""
    db.session.add(AuditEntry(**sealed_entry(by, action, object_kind, object_id, changes)))


def record_all(
    by: Actor, action: str, object_kind: str, objects: Mapping[UUID, Mapping[str, Any]], /
) -> None:
    """The same done to many things: an entry for each, in one statement."""
    markets = home.markets_of(by, object_kind, objects)
    entries = [_entry(by, action, object_kind, *each, markets[each[0]]) for each in objects.items()]
    bulk.insert(
        AuditEntry, [{**entry, "seal": f"\\x{sealing.seal(entry).hex()}"} for entry in entries]
    )


def sealed_entry(
    by: Actor,
    action: str,
    object_kind: str,
    object_id: UUID | int | str,
    changes: Mapping[str, Any],
) -> dict[str, Any]:
    """The columns of an entry, for what writes it in a statement of its own."""
    market = home.market_of(by, object_kind, object_id)
    entry = _entry(by, action, object_kind, object_id, changes, market)
    return entry | {"seal": sealing.seal(entry)}


def _entry(
    by: Actor,
    action: str,
    object_kind: str,
    object_id: UUID | int | str,
    changes: Mapping[str, Any],
    market: str | None,
) -> dict[str, Any]:
    return {
        "at": clock.now(),
        "actor_kind": by.kind.value,
        "actor_id": by.id,
        "actor_name": clean(by.name),
        "action": action,
        "object_kind": object_kind,
        "object_id": str(object_id),
        "changes": {name: _plain(value) for name, value in changes.items()},
        "market_code": market,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Money):
        return str(value)
    return clean_all(value)
