"""A customer's saved ways to pay: kept with her consent, one of them hers by default."""

from uuid import UUID

from sqlalchemy import exists, select, update

from app.audit import service as audit
from app.core import clock, db, secrets
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.core.turns import take_turn
from app.payments import access
from app.payments.errors import MethodInUse
from app.payments.models import AutoPayMandate, Payment, SavedMethod
from app.payments.port import Token


def keep(payment: Payment, token: Token, customer_id: UUID) -> None:
    """What the hosted page saved while this payment was made. The same token again is one row,
    also when she had deleted it and saves it anew."""
    _take_turn(customer_id)
    own = select(SavedMethod).where(SavedMethod.customer_id == customer_id)
    token_hash = secrets.token_hash(token.token)
    same = own.where(SavedMethod.provider == payment.provider, SavedMethod.token_hash == token_hash)
    known = db.session.scalar(same.execution_options(populate_existing=True))
    if known is not None and known.deleted_at is None:
        return
    has_default = own.where(SavedMethod.is_default, SavedMethod.deleted_at.is_(None))
    method = known or SavedMethod(
        id=new_id(), customer_id=customer_id, provider=payment.provider, token_hash=token_hash
    )
    method.is_default = db.session.scalar(has_default) is None
    method.method, method.token = token.method, token.token
    method.brand, method.last4, method.expires = token.brand, token.last4, token.expires
    method.consented_at, method.deleted_at = clock.now(), None
    db.session.add(method)
    audit.record(SYSTEM, "method.saved", "saved_method", method.id, payment=payment.id)


def make_default(method_id: UUID, *, by: Actor) -> SavedMethod:
    with db.transaction():
        _take_turn(access.saved_method_for(by, method_id, "payments.methods").customer_id)
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


def _take_turn(customer_id: UUID) -> None:
    """One of her methods is the default: whoever decides which takes turns with others."""
    take_turn(f"methods:{customer_id}")
