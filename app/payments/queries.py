"""Reading payments for lists, sweeps and the people who look after stuck ones."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.core import db
from app.core.money import Money
from app.customers.models import Account
from app.payments.models import (
    Chargeback,
    ChargebackStatus,
    GatewayCall,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
)

UNDECIDED = (PaymentStatus.CREATED, PaymentStatus.PENDING, PaymentStatus.UNKNOWN)


def payments_of(customer_id: UUID, limit: int = 50) -> Sequence[Payment]:
    """Newest first, of all the customer's accounts."""
    query = (
        select(Payment)
        .join(Account, Account.id == Payment.account_id)
        .where(Account.customer_id == customer_id)
        .order_by(Payment.created_at.desc(), Payment.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def payments_of_invoice(invoice_id: UUID) -> Sequence[Payment]:
    query = select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.created_at)
    return db.session.scalars(query).all()


def undecided_of_invoice(invoice_id: UUID) -> Sequence[Payment]:
    """Payments of an invoice whose outcome nobody knows yet, oldest first."""
    query = select(Payment).where(Payment.invoice_id == invoice_id, Payment.status.in_(UNDECIDED))
    return db.session.scalars(query.order_by(Payment.created_at)).all()


def due_for_check(provider: str, now: datetime, limit: int = 200) -> Sequence[UUID]:
    query = (
        select(Payment.id)
        .where(Payment.status.in_(UNDECIDED), Payment.check_at <= now, Payment.provider == provider)
        .order_by(Payment.check_at)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def for_people(limit: int = 200) -> Sequence[Payment]:
    """Payments that stayed unknown after the last reading back: a person must look."""
    query = select(Payment).where(
        Payment.status == PaymentStatus.UNKNOWN, Payment.check_at.is_(None)
    )
    return db.session.scalars(query.order_by(Payment.created_at).limit(limit)).all()


def refunds_of(payment_id: UUID) -> Sequence[Refund]:
    query = select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.created_at)
    return db.session.scalars(query).all()


def given_back(payment_id: UUID) -> Decimal:
    """What was refunded or is being refunded, in the payment's currency."""
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.payment_id == payment_id, Refund.status != RefundStatus.REFUSED
    )
    return Decimal(db.session.scalars(query).one())


def charged_back(payment_id: UUID) -> Decimal:
    """What the customer's bank took back and we did not win."""
    query = select(func.coalesce(func.sum(Chargeback.amount), 0)).where(
        Chargeback.payment_id == payment_id, Chargeback.status != ChargebackStatus.WON
    )
    return Decimal(db.session.scalars(query).one())


def left_of(payment: Payment) -> Money:
    """What of a payment is still with us, and could be given back."""
    gone = given_back(payment.id) + charged_back(payment.id)
    return Money(max(Decimal(0), payment.amount - gone), payment.currency)


def chargebacks_of(payment_id: UUID) -> Sequence[Chargeback]:
    query = select(Chargeback).where(Chargeback.payment_id == payment_id)
    return db.session.scalars(query.order_by(Chargeback.opened_at)).all()


def calls_about(payment_id: UUID) -> Sequence[GatewayCall]:
    query = select(GatewayCall).where(GatewayCall.payment_id == payment_id)
    return db.session.scalars(query.order_by(GatewayCall.received_at)).all()


def refunds_requested(limit: int = 200) -> Sequence[UUID]:
    """Of those that go through a gateway; transfers are sent by people."""
    query = select(Refund.id).where(
        Refund.status == RefundStatus.REQUESTED, Refund.goes_to == RefundTo.METHOD
    )
    return db.session.scalars(query.order_by(Refund.created_at).limit(limit)).all()
