"""Reading the trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from app.audit.models import AuditEntry
from app.core import db
from app.core.actor import Actor
from app.core.reach import in_markets_of


@dataclass(frozen=True, slots=True)
class Search:
    """What is left out holds for all. `action` is how what was done begins."""

    action: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    actor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def latest(
    *,
    object_kind: str | None = None,
    object_id: str | None = None,
    action: str | None = None,
    before: int | None = None,
    size: int = 50,
) -> list[AuditEntry]:
    """Of a thing that the reader may see, newest first; `before` is the id to continue from."""
    return _newest(_of(Search(action, object_kind, object_id)), before, size)


def readable(by: Actor) -> ColumnElement[bool]:
    """Those of her markets; what concerns none, or several, is for who works in all."""
    return in_markets_of(by, AuditEntry.market_code)


def found(
    search: Search, *, by: Actor, before: int | None = None, size: int = 50
) -> list[AuditEntry]:
    """Newest first; `before` is the id to continue from."""
    return _newest(_of(search).where(readable(by)), before, size)


def everything(search: Search, *, by: Actor) -> Iterator[AuditEntry]:
    """Oldest first, as a stream: nothing is ever all in memory."""
    query = _of(search).where(readable(by)).order_by(AuditEntry.id)
    for entry in db.session.scalars(query.execution_options(yield_per=500)):
        yield entry
        db.session.expunge(entry)


def _newest(query: Select[Any], before: int | None, size: int) -> list[AuditEntry]:
    if before:
        query = query.where(AuditEntry.id < before)
    return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(size)))


def _of(search: Search) -> Select[Any]:
    query = select(AuditEntry)
    if search.object_kind:
        query = query.where(AuditEntry.object_kind == search.object_kind)
    if search.object_id:
        query = query.where(AuditEntry.object_id == search.object_id)
    if search.action:
        query = query.where(AuditEntry.action.startswith(search.action, autoescape=True))
    if search.actor_id:
        query = query.where(AuditEntry.actor_id == search.actor_id)
    if search.since:
        query = query.where(AuditEntry.at >= search.since)
    if search.until:
        query = query.where(AuditEntry.at < search.until)
    return query
