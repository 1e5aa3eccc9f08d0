"""Names for what the trail keeps: ids, looked up once for all entries of a page, and markets."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.conversations.models import Inbox
from app.core import db
from app.customers.models import Customer
from app.identity.models import Staff, Team
from app.tickets.models import Category, CustomStatus, Ticket
from app.web.filters import market_name

# What is named by a detail, and the column that people know it by.
_NAMED: Mapping[str, Any] = {
    "agent": Staff.name,
    "asked_by": Staff.name,
    "assignee_id": Staff.name,
    "category_id": Category.name,
    "customer_id": Customer.reference,
    "inbox": Inbox.name,
    "other": Ticket.reference,
    "owner_id": Staff.name,
    "parent": Category.name,
    "staff": Staff.name,
    "status_id": CustomStatus.name,
    "team_id": Team.name,
    "to": Staff.name,
}
_MARKETS = {"market", "markets"}


def with_names(entries: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
    """The same entries; from now on `name_of` knows what their ids are called."""
    wanted = defaultdict[str, set[UUID]](set)
    for entry in entries:
        for name, value in entry.changes.items():
            if name in _NAMED:
                wanted[name].update(_ids(value))
    for name, ids in wanted.items():
        column = _NAMED[name]
        key = column.class_.id
        rows = db.session.execute(select(key, column).where(key.in_(ids))).all() if ids else []
        _known().update({(name, str(found)): called for found, called in rows})
    return entries


def name_of(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return market_name(value) if name in _MARKETS else _known().get((name, value))


def _known() -> dict[tuple[str, str], str]:
    if "trail_names" not in g:
        g.trail_names = {}
    known: dict[tuple[str, str], str] = g.trail_names
    return known


def _ids(value: Any) -> Iterator[UUID]:
    for each in value if isinstance(value, list) else [value]:
        try:
            yield UUID(each)
        except (ValueError, TypeError, AttributeError):
            continue
