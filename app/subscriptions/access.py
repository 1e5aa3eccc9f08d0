"""The one door to a line, and to the order that brings one to life."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.subscriptions.models import Activation, Block, Line


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


def activation_for(
    actor: Actor, activation_id: UUID, permission: str = "customers.read", *, lock: bool = False
) -> Activation:
    """As `line_for`."""
    query = select(Activation).where(Activation.id == activation_id)
    if lock:
        query = query.with_for_update(of=Activation).execution_options(populate_existing=True)
    order = db.session.scalar(query)
    if order is None or not may_see(actor, order):
        raise NotFound
    actor.must(permission)
    return order


def block_for(actor: Actor, block_id: UUID, permission: str = "customers.read") -> Block:
    """Whoever may see its line."""
    block = db.session.get(Block, block_id)
    if block is None:
        raise NotFound
    line_for(actor, block.line_id, permission)
    return block


def may_see(actor: Actor, line: Line | Activation) -> bool:
    """For lists that were read otherwise."""
    if actor.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return actor.id in {line.customer_id, line.account.customer_id}
    return actor.sees_market(line.market_code)
