"""The books' side of a refund: taken off before it is sent, put back when it was refused or did
not arrive."""

from decimal import Decimal
from uuid import UUID

from app.audit import service as audit
from app.billing import service as billing
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments import failures
from app.payments.events import PaymentRefunded, RefundFailed, RefundRefused, RefundRequested
from app.payments.models import (
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    UnallocatedCash,
)
from app.payments.queries import given_back
from app.payments.service.gone import is_for_nobody
from app.payments.service.keeping import keep
from app.usage import service as usage


def book(
    payment: Payment,
    amount: Money,
    *,
    by: Actor,
    reason: str,
    goes_to: RefundTo = RefundTo.METHOD,
) -> Refund:
    """A refund of a locked payment, in the caller's transaction, which has checked the amount.

    A bill's payment comes off the bill's credit first, then re-opens the bill; a top-up's comes
    off the balance. What paid nothing is taken from nothing.
    """
    wanted = Refund(
        id=new_id(),
        payment_id=payment.id,
        amount=amount.amount,
        currency=amount.currency,
        status=RefundStatus.REQUESTED,
        goes_to=goes_to,
        reason=reason,
        created_at=clock.now(),
    )
    db.session.add(wanted)
    db.session.flush()  # its id is the key of what follows
    _take_back(payment, wanted, by)
    audit.record(
        by, "payment.refund_requested", "payment", payment.id, amount=amount, reason=reason
    )
    events.announce(RefundRequested(*_facts(payment, wanted)))
    return wanted


def confirm(payment: Payment, done: Refund, reference: str, *, by: Actor = SYSTEM) -> None:
    """The money has left: both rows are locked."""
    done.status, done.settled_at = RefundStatus.SUCCEEDED, clock.now()
    done.provider_reference = reference
    if given_back(payment.id) == payment.amount:
        payment.status = PaymentStatus.REFUNDED
    audit.record(by, "payment.refunded", "payment", payment.id, amount=done.money)
    events.announce(PaymentRefunded(*_facts(payment, done)))


def refuse(payment: Payment, refused: Refund, *, by: Actor = SYSTEM) -> None:
    """The money has not left and never will: what was taken off is put back."""
    refused.status, refused.settled_at = RefundStatus.REFUSED, clock.now()
    audit.record(by, "payment.refund_refused", "payment", payment.id, amount=refused.money)
    _put_back(payment, refused)
    events.announce(RefundRefused(*_facts(payment, refused)))


def fail(payment: Payment, failed: Refund, why: str | None, *, by: Actor = SYSTEM) -> None:
    """The money had left and came back to us: what was taken off is put back. Both are locked."""
    failed.status, failed.failed_at = RefundStatus.FAILED, clock.now()
    failed.failure = failures.known(why)
    if payment.status == PaymentStatus.REFUNDED:
        payment.status = PaymentStatus.SUCCEEDED
    audit.record(
        by,
        "payment.refund_failed",
        "payment",
        payment.id,
        amount=failed.money,
        reason=failed.failure,
    )
    _put_back(payment, failed)
    events.announce(RefundFailed(*_facts(payment, failed), failed.failure, failed.kept))


def _take_back(payment: Payment, wanted: Refund, by: Actor) -> None:
    if payment.reversed_at is not None:
        return
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
    """At most once: a refund is refused, or fails, or neither.

    What her bank took back meanwhile she has: so much is not hers a second time.
    """
    refused.kept = keep(payment, refused.money)
    hers = refused.money - Money(refused.kept, refused.currency)
    if not hers:
        return
    if payment.reversed_at is not None or is_for_nobody(payment):
        _keep(payment, refused, hers)
    elif payment.invoice_id is not None:
        billing.settle(payment.invoice_id, hers, by=SYSTEM, payment_id=refused.id)
    elif payment.line_id is not None:
        key = f"refund-refused:{refused.id}"
        usage.top_up(payment.line_id, hers, by=SYSTEM, effect_key=key)


def _keep(payment: Payment, refused: Refund, hers: Money) -> None:
    """Money that is for nothing any more and cannot be sent back waits for a person."""
    account = db.session.get_one(Account, payment.account_id)
    db.session.add(
        UnallocatedCash(
            market_code=account.market_code,
            transaction_id=f"refund:{refused.id}",
            amount=hers.amount,
            used=Decimal(0),
            currency=refused.currency,
            payer=account.customer.name,
            reference=account.reference,
            refund_id=refused.id,
            received_at=clock.now(),
            created_at=clock.now(),
        )
    )


def _facts(payment: Payment, refund: Refund) -> tuple[UUID, UUID, UUID, UUID, Decimal, str]:
    customer_id = db.session.get_one(Account, payment.account_id).customer_id
    return (
        payment.id,
        refund.id,
        payment.account_id,
        customer_id,
        refund.amount,
        refund.currency,
    )
