"""Giving money back: taken off our books first, then sent, and repeated under one key."""

from uuid import UUID

import structlog
from sqlalchemy import select

from app.audit import service as audit
from app.billing import service as billing
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.money import Money
from app.payments import access, queries
from app.payments.amounts import checked
from app.payments.errors import NotRefundable, RefundTooLarge
from app.payments.events import PaymentRefunded
from app.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from app.payments.port import GatewayDown, GatewayRefused
from app.payments.service import outcomes
from app.payments.switch import gateway, is_known
from app.usage import service as usage

log = structlog.get_logger(__name__)


def refund(payment_id: UUID, *, by: Actor, amount: Money) -> Refund:
    """Give back all or a part; never more in all than was paid.

    A bill's payment comes off the bill's credit first, then re-opens the bill; a top-up's comes
    off the balance (InsufficientBalance when it is spent). REQUESTED until the gateway confirms.
    Raises NotRefundable, RefundTooLarge, AmountOutOfBounds.
    """
    with db.transaction():
        payment = access.payment_for(by, payment_id, "payments.refund", lock=True)
        if payment.status != PaymentStatus.SUCCEEDED or not is_known(payment.provider):
            raise NotRefundable
        amount = checked(amount, payment.currency)
        if amount.amount > payment.amount - queries.given_back(payment.id):
            raise RefundTooLarge
        wanted = Refund(
            payment_id=payment.id,
            amount=amount.amount,
            currency=amount.currency,
            status=RefundStatus.REQUESTED,
            created_at=clock.now(),
        )
        db.session.add(wanted)
        db.session.flush()  # its id is the key of what follows
        _take_back(payment, wanted, by)
        audit.record(by, "payment.refund_requested", "payment", payment.id, amount=amount)
    return send_refund(wanted.id)


def send_refund(refund_id: UUID) -> Refund:
    """Ask the gateway, outside any transaction, under the refund's own key; safe to repeat."""
    with db.transaction():  # ended before the gateway is asked: nothing is held meanwhile
        wanted = db.session.get_one(Refund, refund_id)
        payment = db.session.get_one(Payment, wanted.payment_id)
    if wanted.status != RefundStatus.REQUESTED:
        return wanted
    reference = None
    try:
        reference = gateway(payment.provider).refund(
            key=str(wanted.id),
            checkout_id=payment.provider_reference or "",
            amount=wanted.money,
        )
    except GatewayDown as error:
        log.warning("gateway_down", refund_id=str(refund_id), error=str(error))
        return wanted
    except GatewayRefused as error:
        log.warning("gateway_refused", refund_id=str(refund_id), error=str(error))
    with db.transaction():
        return _confirmed(refund_id, reference)


def _confirmed(refund_id: UUID, reference: str | None) -> Refund:
    query = select(Refund).where(Refund.id == refund_id).with_for_update()
    done = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if done.status != RefundStatus.REQUESTED:
        return done
    payment = outcomes.locked(done.payment_id)
    done.settled_at = clock.now()
    if reference is None:
        done.status = RefundStatus.REFUSED
        _put_back(payment, done)
        audit.record(SYSTEM, "payment.refund_refused", "payment", payment.id, amount=done.money)
        return done
    done.status = RefundStatus.SUCCEEDED
    done.provider_reference = reference
    if queries.given_back(payment.id) == payment.amount:
        payment.status = PaymentStatus.REFUNDED
    audit.record(SYSTEM, "payment.refunded", "payment", payment.id, amount=done.money)
    events.announce(
        PaymentRefunded(
            payment.id,
            done.id,
            payment.account_id,
            outcomes.customer_of(payment),
            done.amount,
            done.currency,
        )
    )
    return done


def _take_back(payment: Payment, wanted: Refund, by: Actor) -> None:
    if payment.invoice_id is not None:
        billing.take_back(payment.invoice_id, wanted.money, by=by, refund_id=wanted.id)
    elif payment.line_id is not None:
        usage.debit(
            payment.line_id,
            wanted.money,
            by=SYSTEM,  # who may refund was asked at the payment's door
            effect_key=f"refund:{wanted.id}",
            reason="refund",
        )


def _put_back(payment: Payment, refused: Refund) -> None:
    if payment.invoice_id is not None:
        billing.settle(payment.invoice_id, refused.money, by=SYSTEM, payment_id=refused.id)
    elif payment.line_id is not None:
        usage.top_up(
            payment.line_id, refused.money, by=SYSTEM, effect_key=f"refund-refused:{refused.id}"
        )
