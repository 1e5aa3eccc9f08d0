"""The one door to a line."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.subscriptions.models import Line


def line_for(
    actor: Actor, line_id: UUID, permission: str = "customers.read", *, lock: bool = False
) -> Line:
    """A customer sees the lines she uses and those she pays, staff those of their markets: others
    are NotFound."""
    query = select(Line).where(Line.id == line_id)
    if lock:
        query = query.with_for_update(of=Line).execution_options(populate_existing=True)
    line = db.session.scalar(query)
    if line is None or not may_see(actor, line):
        raise NotFound
    actor.must(permission)
    return line


def may_see(actor: Actor, line: Line) -> bool:
    """For lists that were read otherwise."""
    if actor.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return actor.id in {line.customer_id, line.account.customer_id}
    return actor.sees_market(line.market_code)
