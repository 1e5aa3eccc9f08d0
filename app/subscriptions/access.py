"""The one door to a line, and to the order that brings one to life."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.customers.access import account_for
from app.customers.models import Account, CustomerKind
from app.identity.sensitivity import FOR_COMPANIES, kept_to_managers
from app.subscriptions.errors import ManagerNeeded
from app.subscriptions.models import Activation, Block, Line


def line_for(
    actor: Actor, line_id: UUID, permission: str = "customers.read", *, lock: bool = False
) -> Line:
    """A customer sees the lines she uses and those she pays, staff those of their markets: others
    are NotFound. Whoever only refers to a line, as a movement of credit, waits for no `lock`."""
    query = select(Line).where(Line.id == line_id)
    if lock:
        held = query.with_for_update(of=Line, key_share=True)
        query = held.execution_options(populate_existing=True)
    line = db.session.scalar(query)
    if line is None or not may_see(actor, line):
        raise NotFound
    actor.must(permission)
    if kept_to_managers(permission):
        _must_manage_companies(actor, line.account)
    return line


def account_to_grow(actor: Actor, account_id: UUID) -> Account:
    """An account that is to get a new line. For a company a manager orders it, or whoever else
    holds `subscriptions.enterprise`."""
    account = account_for(actor, account_id, "subscriptions.activate")
    _must_manage_companies(actor, account)
    return account


def is_for_managers(actor: Actor, account: Account) -> bool:
    """Whether this actor leaves to a manager what the account pays for, which is a company's."""
    if not actor.is_staff or actor.may(FOR_COMPANIES):
        return False
    return account.customer.kind is CustomerKind.COMPANY


def _must_manage_companies(actor: Actor, account: Account) -> None:
    """What a company pays for is changed by a manager. Raises ManagerNeeded."""
    if is_for_managers(actor, account):
        raise ManagerNeeded(permission=FOR_COMPANIES)


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
