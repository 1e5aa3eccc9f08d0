"""Reading payments for lists, sweeps and the people who look after stuck ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core import db
from app.core.money import Money
from app.customers.models import Account
from app.payments.models import (
    AutoPayAttempt,
    AutoPayDebit,
    AutoPayMandate,
    Chargeback,
    ChargebackStatus,
    DebitStatus,
    GatewayCall,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    SavedMethod,
)

# Of these the money is with us.
_NOT_GIVEN = (RefundStatus.REFUSED, RefundStatus.FAILED)
# Two equal top-ups of a line within this are told to the customer: it may be one too many.
TWICE_WITHIN = timedelta(hours=1)
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


def payment_of_key(account_id: UUID, key: str) -> Payment | None:
    """What was made under an idempotency key, which is the account's own."""
    query = select(Payment).where(Payment.idempotency_key == own_key(account_id, key))
    return db.session.scalar(query)


def own_key(account_id: UUID, key: str) -> str:
    """Keys are the account's own: nobody can find out those of others."""
    return f"{account_id}:{key}"


def payments_of_invoice(invoice_id: UUID) -> Sequence[Payment]:
    query = select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.created_at)
    return db.session.scalars(query).all()


def undecided_of_invoice(invoice_id: UUID) -> Sequence[Payment]:
    """Payments of an invoice whose outcome nobody knows yet, oldest first."""
    query = select(Payment).where(Payment.invoice_id == invoice_id, Payment.status.in_(UNDECIDED))
    return db.session.scalars(query.order_by(Payment.created_at)).all()


def holding(invoice_id: UUID, *, pages: bool = False) -> Sequence[Payment]:
    """Payments of an invoice that may take its money with nobody doing anything more.

    With `pages` also those whose hosted page somebody may be looking at now.
    """
    held = or_(Payment.status == PaymentStatus.UNKNOWN, Payment.saved_method_id.is_not(None))
    if pages:
        held = or_(held, Payment.check_at.is_not(None))
    query = select(Payment).where(
        Payment.invoice_id == invoice_id, Payment.status.in_(UNDECIDED), held
    )
    return db.session.scalars(query.order_by(Payment.created_at)).all()


def saved_methods_of(customer_id: UUID) -> Sequence[SavedMethod]:
    """Those not deleted, the default first."""
    query = select(SavedMethod).where(
        SavedMethod.customer_id == customer_id, SavedMethod.deleted_at.is_(None)
    )
    newest = SavedMethod.consented_at.desc()
    return db.session.scalars(query.order_by(SavedMethod.is_default.desc(), newest)).all()


def due_for_check(providers: Sequence[str], now: datetime, limit: int = 200) -> Sequence[UUID]:
    query = (
        select(Payment.id)
        .where(
            Payment.status.in_(UNDECIDED),
            Payment.check_at <= now,
            Payment.provider.in_(providers),
        )
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


def debits_due(now: datetime, limit: int = 500) -> Sequence[UUID]:
    """AutoPay debits whose time has come and whose mandate is in force."""
    query = (
        select(AutoPayDebit.id)
        .join(AutoPayMandate)
        .where(
            AutoPayDebit.status == DebitStatus.PLANNED,
            AutoPayDebit.next_at <= now,
            AutoPayMandate.paused_at.is_(None),
            AutoPayMandate.revoked_at.is_(None),
        )
        .order_by(AutoPayDebit.next_at, AutoPayDebit.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def mandates_of(customer_id: UUID) -> Sequence[AutoPayMandate]:
    """AutoPay in force, paused ones too: of accounts first, then of prepaid lines."""
    query = (
        select(AutoPayMandate)
        .join(Account, Account.id == AutoPayMandate.account_id)
        .where(Account.customer_id == customer_id, AutoPayMandate.revoked_at.is_(None))
        .options(joinedload(AutoPayMandate.saved_method))
        .order_by(AutoPayMandate.kind, AutoPayMandate.id)
    )
    return db.session.scalars(query).all()


def debits_of(customer_id: UUID, limit: int = 20) -> Sequence[AutoPayDebit]:
    """What AutoPay did and will do, newest first."""
    query = (
        select(AutoPayDebit)
        .join(AutoPayDebit.mandate)
        .join(Account, Account.id == AutoPayMandate.account_id)
        .where(Account.customer_id == customer_id)
        .options(contains_eager(AutoPayDebit.mandate).joinedload(AutoPayMandate.saved_method))
        .order_by(AutoPayDebit.created_at.desc(), AutoPayDebit.id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def attempts_of(debit_ids: Sequence[UUID]) -> dict[UUID, list[AutoPayAttempt]]:
    """Each try with its payment, in order, by debit."""
    query = (
        select(AutoPayAttempt)
        .where(AutoPayAttempt.debit_id.in_(debit_ids))
        .options(joinedload(AutoPayAttempt.payment))
        .order_by(AutoPayAttempt.debit_id, AutoPayAttempt.number)
    )
    found: dict[UUID, list[AutoPayAttempt]] = {}
    for attempt in db.session.scalars(query):
        found.setdefault(attempt.debit_id, []).append(attempt)
    return found


def twin_of(payment: Payment) -> Payment | None:
    """An earlier top-up of the same line and amount, so soon before that it may be a mistake.

    Those of AutoPay are meant: they keep to their daily cap.
    """
    if payment.line_id is None or payment.status != PaymentStatus.SUCCEEDED:
        return None
    if payment.settled_at is None or _is_autopay(payment):
        return None
    query = select(Payment).where(
        Payment.line_id == payment.line_id,
        Payment.amount == payment.amount,
        Payment.status == PaymentStatus.SUCCEEDED,
        Payment.id != payment.id,
        Payment.settled_at <= payment.settled_at,
        Payment.settled_at > payment.settled_at - TWICE_WITHIN,
    )
    newest = query.order_by(Payment.settled_at.desc(), Payment.id.desc())
    return next((each for each in db.session.scalars(newest) if not _is_autopay(each)), None)


def _is_autopay(payment: Payment) -> bool:
    return ":autopay:" in payment.idempotency_key


def debit_of_invoice(invoice_id: UUID) -> AutoPayDebit | None:
    """What AutoPay will do, or did, for a bill."""
    query = select(AutoPayDebit).where(AutoPayDebit.invoice_id == invoice_id)
    query = query.options(joinedload(AutoPayDebit.mandate))
    return db.session.scalar(query)


def refunds_of(payment_id: UUID) -> Sequence[Refund]:
    query = select(Refund).where(Refund.payment_id == payment_id).order_by(Refund.created_at)
    return db.session.scalars(query).all()


def given_back(payment_id: UUID) -> Decimal:
    """What was refunded or is being refunded, in the payment's currency."""
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.payment_id == payment_id, Refund.status.not_in(_NOT_GIVEN)
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


def refunds_requested(providers: Sequence[str], limit: int = 200) -> Sequence[UUID]:
    """Of those that go through these gateways; transfers are sent by people."""
    query = (
        select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.status == RefundStatus.REQUESTED,
            Refund.goes_to == RefundTo.METHOD,
            Payment.provider.in_(providers),
        )
    )
    return db.session.scalars(query.order_by(Refund.created_at).limit(limit)).all()
