"""A customer's saved ways to pay: kept with her consent, one of them hers by default."""

from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db, secrets
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.payments import access
from app.payments.errors import MethodInUse
from app.payments.models import AutoPayMandate, Payment, SavedMethod
from app.payments.port import Token


def keep(payment: Payment, token: Token, customer_id: UUID) -> None:
    """What the hosted page saved while this payment was made. The same token again is one row."""
    has_default = select(SavedMethod.id).where(
        SavedMethod.customer_id == customer_id,
        SavedMethod.is_default,
        SavedMethod.deleted_at.is_(None),
    )
    statement = insert(SavedMethod).values(
        id=new_id(),
        customer_id=customer_id,
        provider=payment.provider,
        method=token.method,
        token=token.token,
        token_hash=secrets.token_hash(token.token),
        brand=token.brand,
        last4=token.last4,
        expires=token.expires,
        is_default=db.session.scalar(has_default) is None,
        consented_at=clock.now(),
    )
    made = db.session.execute(statement.on_conflict_do_nothing().returning(SavedMethod.id)).scalar()
    if made is not None:
        audit.record(SYSTEM, "method.saved", "saved_method", made, payment=payment.id)


def make_default(method_id: UUID, *, by: Actor) -> SavedMethod:
    with db.transaction():
        method = access.saved_method_for(by, method_id, "payments.methods", lock=True)
        others = update(SavedMethod).where(SavedMethod.customer_id == method.customer_id)
        db.session.execute(others.where(SavedMethod.is_default).values(is_default=False))
        method.is_default = True
        audit.record(by, "method.made_default", "saved_method", method.id)
    return method


def delete_method(method_id: UUID, *, by: Actor) -> None:
    """Forget a way to pay, its token too. Raises MethodInUse while AutoPay needs it."""
    with db.transaction():
        method = access.saved_method_for(by, method_id, "payments.methods", lock=True)
        used = exists().where(
            AutoPayMandate.saved_method_id == method.id, AutoPayMandate.revoked_at.is_(None)
        )
        if db.session.scalar(select(used)):
            raise MethodInUse
        method.deleted_at = clock.now()
        method.is_default = False
        method.token = ""
        audit.record(by, "method.deleted", "saved_method", method.id)
