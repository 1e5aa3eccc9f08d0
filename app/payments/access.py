"""The doors to a payment, a saved way to pay and an AutoPay mandate."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers.models import Account, Customer
from app.payments.models import AutoPayMandate, Payment, SavedMethod


def payment_for(
    actor: Actor, payment_id: UUID, permission: str = "payments.read", *, lock: bool = False
) -> Payment:
    """A customer sees her own, staff those of their markets; everybody else NotFound.

    Raises Forbidden without the permission.
    """
    query = select(Payment).where(Payment.id == payment_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    payment = db.session.scalar(query)
    if payment is None or not sees_account(actor, payment.account_id):
        raise NotFound
    actor.must(permission)
    return payment


def saved_method_for(
    actor: Actor, method_id: UUID, permission: str = "payments.read", *, lock: bool = False
) -> SavedMethod:
    """As `payment_for`; a deleted one is not there any more."""
    query = select(SavedMethod).where(SavedMethod.id == method_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    method = db.session.scalar(query.where(SavedMethod.deleted_at.is_(None)))
    if method is None or not _sees_customer(actor, method.customer_id):
        raise NotFound
    actor.must(permission)
    return method


def mandate_for(
    actor: Actor, mandate_id: UUID, permission: str = "payments.read", *, lock: bool = False
) -> AutoPayMandate:
    """As `payment_for`."""
    query = select(AutoPayMandate).where(AutoPayMandate.id == mandate_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    mandate = db.session.scalar(query)
    if mandate is None or not sees_account(actor, mandate.account_id):
        raise NotFound
    actor.must(permission)
    return mandate


def sees_account(actor: Actor, account_id: UUID) -> bool:
    account = db.session.get_one(Account, account_id)
    if actor.is_customer:
        return account.customer_id == actor.id
    return actor.sees_market(account.market_code)


def _sees_customer(actor: Actor, customer_id: UUID) -> bool:
    if actor.is_customer:
        return customer_id == actor.id
    return actor.sees_market(db.session.get_one(Customer, customer_id).market_code)
