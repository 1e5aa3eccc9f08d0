"""What a person decides about a payment that stayed unknown after the last reading back."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.turns import take_turn
from app.customers.contact import plain_text
from app.payments import access
from app.payments.errors import NotResolvable, TransactionKnown
from app.payments.models import Payment, PaymentStatus
from app.payments.queries import UNDECIDED
from app.payments.service import outcomes
from app.payments.service.gone import is_for_nobody


def found_at_gateway(payment_id: UUID, *, by: Actor, transaction_id: str, why: str) -> Payment:
    """The money was taken, says the gateway's own screen: it counts from now on, or is sent back
    where it is for a line that has gone.

    Raises NotResolvable when the outcome is known meanwhile, TransactionKnown.
    """
    with db.transaction():
        payment = _undecided(payment_id, by)
        number = plain_text(transaction_id, field="transaction_id", longest=100)
        _refuse_known(payment, number)
        before = payment.status
        payment.status, payment.settled_at = PaymentStatus.SUCCEEDED, clock.now()
        payment.transaction_id, payment.check_at = number, None
        audit.record(
            by,
            "payment.found_by_hand",
            "payment",
            payment.id,
            status=(before, payment.status),
            transaction=number,
            why=_why(why),
        )
        if is_for_nobody(payment):
            outcomes.send_back(payment)
        else:
            outcomes.take_effect(payment, by=by)
    return payment


def not_found(payment_id: UUID, *, by: Actor, why: str) -> Payment:
    """The gateway knows of no money. Should it come after all, it is sent back, not credited:
    the customer may have paid otherwise. Raises NotResolvable."""
    with db.transaction():
        payment = _undecided(payment_id, by)
        before = payment.status
        payment.status, payment.settled_at = PaymentStatus.CANCELLED, clock.now()
        payment.check_at = None
        audit.record(
            by,
            "payment.reversed_by_hand",
            "payment",
            payment.id,
            status=(before, payment.status),
            why=_why(why),
        )
    return payment


def _undecided(payment_id: UUID, by: Actor) -> Payment:
    payment = access.payment_for(by, payment_id, "payments.reconcile", lock=True)
    if payment.status not in UNDECIDED:
        raise NotResolvable
    return payment


def _refuse_known(payment: Payment, number: str) -> None:
    take_turn(f"transaction:{payment.provider}:{number}")
    other = select(Payment.id).where(
        Payment.provider == payment.provider,
        Payment.transaction_id == number,
        Payment.id != payment.id,
    )
    if db.session.scalars(other.limit(1)).first() is not None:
        raise TransactionKnown


def _why(text: str) -> str:
    return plain_text(text, field="why", longest=500)
