"""What a gateway's word does to a payment: at most once, in the caller's transaction."""

from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.billing import service as billing
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.customers.models import Account
from app.payments.events import PaymentDeclined, PaymentReversed, PaymentSucceeded
from app.payments.models import CallResult, Payment, PaymentStatus
from app.payments.port import Outcome, State
from app.payments.queries import UNDECIDED
from app.payments.service import refunding, saved
from app.payments.service.gone import is_for_nobody
from app.usage import service as usage

_PAID = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDED)


def apply(payment: Payment, outcome: Outcome) -> CallResult:
    """Change a locked payment as the gateway says.

    Money that was taken counts even after a decline; nothing takes a success back but a refund.
    What comes after we had reversed the payment, or for a line that has gone since, pays nothing:
    it is sent back.
    """
    if not _is_known_as(payment, outcome.checkout_id):
        return CallResult.UNKNOWN_PAYMENT
    if outcome.amount != payment.money:
        return CallResult.WRONG_AMOUNT
    if outcome.state is State.SUCCEEDED and payment.status not in _PAID:
        if payment.status == PaymentStatus.CANCELLED or is_for_nobody(payment):
            _close(payment, PaymentStatus.SUCCEEDED, outcome)
            send_back(payment)
            return CallResult.SENT_BACK
        _succeed(payment, outcome)
        return CallResult.APPLIED
    if outcome.state is State.DECLINED and payment.status in UNDECIDED:
        _decline(payment, outcome)
        return CallResult.APPLIED
    return CallResult.NOTHING_NEW


def _is_known_as(payment: Payment, checkout_id: str) -> bool:
    """To the gateway; where we were never told how, under a name that no other payment has."""
    if payment.provider_reference is not None:
        return payment.provider_reference == checkout_id
    other = select(Payment.id).where(
        Payment.provider == payment.provider, Payment.provider_reference == checkout_id
    )
    return db.session.scalar(other) is None


def locked(payment_id: UUID) -> Payment:
    """The payment as it is now, nobody else changing it until the transaction ends."""
    query = select(Payment).where(Payment.id == payment_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def take_effect(payment: Payment, *, by: Actor = SYSTEM) -> None:
    """Settle the invoice or credit the line with a payment that has just succeeded."""
    if payment.invoice_id is not None:
        billing.settle(payment.invoice_id, payment.money, by=by, payment_id=payment.id)
    elif payment.line_id is not None:
        usage.top_up(payment.line_id, payment.money, by=by, effect_key=f"payment:{payment.id}")
    events.announce(
        PaymentSucceeded(
            payment.id,
            payment.account_id,
            customer_of(payment),
            payment.invoice_id,
            payment.line_id,
            payment.amount,
            payment.currency,
        )
    )


def send_back(payment: Payment) -> None:
    """What was taken goes back to where it came from, all of it."""
    payment.reversed_at = payment.settled_at
    audit.record(SYSTEM, "payment.sent_back", "payment", payment.id, amount=payment.money)
    whose = (payment.id, payment.account_id, customer_of(payment))
    events.announce(PaymentReversed(*whose, payment.amount, payment.currency))
    refunding.book(payment, payment.money, by=SYSTEM, reason="reversed")


def customer_of(payment: Payment) -> UUID:
    return db.session.get_one(Account, payment.account_id).customer_id


def _succeed(payment: Payment, outcome: Outcome) -> None:
    before = payment.status
    _close(payment, PaymentStatus.SUCCEEDED, outcome)
    payment.decline_code = None
    audit.record(
        SYSTEM,
        "payment.succeeded",
        "payment",
        payment.id,
        status=(before, payment.status),
        amount=payment.money,
        transaction=outcome.transaction_id,
    )
    if outcome.saved is not None:
        saved.keep(payment, outcome.saved, customer_of(payment))
    take_effect(payment)


def decline(payment: Payment, code: str) -> None:
    """A locked, undecided payment that the gateway will not take."""
    reference = payment.provider_reference or ""
    refused = Outcome(reference, str(payment.id), State.DECLINED, payment.money, None, code)
    _decline(payment, refused)


def _decline(payment: Payment, outcome: Outcome) -> None:
    before = payment.status
    _close(payment, PaymentStatus.DECLINED, outcome)
    payment.decline_code = outcome.decline_code
    audit.record(
        SYSTEM,
        "payment.declined",
        "payment",
        payment.id,
        status=(before, payment.status),
        code=outcome.decline_code,
    )
    events.announce(
        PaymentDeclined(
            payment.id,
            payment.account_id,
            customer_of(payment),
            payment.invoice_id,
            payment.line_id,
            outcome.decline_code,
        )
    )


def _close(payment: Payment, status: PaymentStatus, outcome: Outcome) -> None:
    payment.status = status
    payment.provider_reference = outcome.checkout_id or None
    payment.transaction_id = outcome.transaction_id
    payment.method = outcome.method or payment.method
    payment.settled_at = clock.now()
    payment.check_at = None
