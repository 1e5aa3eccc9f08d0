"""The one door to a customer and to the accounts she pays from."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.customers.models import Account, Customer
from app.customers.residency import within_reach


def customer_for(
    actor: Actor, customer_id: UUID, permission: str = "customers.read", *, lock: bool = False
) -> Customer:
    """A customer sees only herself, staff only their markets and regions: anybody else is
    NotFound."""
    query = select(Customer).where(Customer.id == customer_id, within_reach(actor))
    if lock:
        query = query.with_for_update(of=Customer).execution_options(populate_existing=True)
    customer = db.session.scalar(query)
    if customer is None or not _sees(actor, customer.id, customer.market_code):
        raise NotFound
    actor.must(permission)
    return customer


def account_for(actor: Actor, account_id: UUID, permission: str = "customers.read") -> Account:
    account = db.session.get(Account, account_id)
    if account is None or not _sees(actor, account.customer_id, account.market_code):
        raise NotFound
    actor.must(permission)
    return account


def _sees(actor: Actor, customer_id: UUID, market_code: str) -> bool:
    if actor.kind in {Kind.CUSTOMER, Kind.VISITOR}:
        return actor.id == customer_id
    return actor.sees_market(market_code)
