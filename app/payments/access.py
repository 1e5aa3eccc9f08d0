"""The one door to a payment."""

from uuid import UUID

from sqlalchemy import select

from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers.models import Account
from app.payments.models import Payment


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
    if payment is None or not _sees(actor, payment):
        raise NotFound
    actor.must(permission)
    return payment


def _sees(actor: Actor, payment: Payment) -> bool:
    account = db.session.get_one(Account, payment.account_id)
    if actor.is_customer:
        return account.customer_id == actor.id
    return actor.sees_market(account.market_code)
