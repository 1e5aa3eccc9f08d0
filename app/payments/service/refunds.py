"""Giving money back: taken off our books first, then sent, and repeated under one key."""

from uuid import UUID

import structlog
from sqlalchemy import select

from app.audit import service as audit
from app.core import db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.money import Money
from app.customers.contact import plain_text
from app.customers.models import Account
from app.identity import approvals
from app.identity.events import ApprovalGranted
from app.identity.models import ApprovalRequest
from app.payments import access, queries
from app.payments.amounts import checked
from app.payments.errors import NotRefundable, RefundTooLarge
from app.payments.models import Payment, PaymentStatus, Refund, RefundStatus, RefundTo
from app.payments.port import GatewayDown, GatewayRefused
from app.payments.service import outcomes, refunding
from app.payments.switch import gateway, is_known

log = structlog.get_logger(__name__)

ACTION = "payments.refund"
LONGEST_REASON = 500


def refund(
    payment_id: UUID,
    *,
    by: Actor,
    amount: Money,
    reason: str = "request",
    goes_to: RefundTo = RefundTo.METHOD,
) -> Refund:
    """Give back all or a part; never more in all than was paid. REQUESTED until it is confirmed:
    by the gateway, or for a bank transfer by whoever sends it (`note_transfer`).

    Raises NotRefundable, RefundTooLarge, AmountOutOfBounds, ApprovalNeeded above what the doer
    may give back of one payment alone, NothingToTakeBack, InsufficientBalance.
    """
    with db.transaction():
        payment, amount = _refundable(payment_id, amount, goes_to, by)
        so_far = Money(queries.given_back(payment.id), payment.currency)
        approvals.check(by, _market_of(payment), ACTION, so_far + amount)
        wanted = refunding.book(payment, amount, by=by, reason=reason, goes_to=goes_to)
    return send_refund(wanted.id)


def ask_refund(
    payment_id: UUID, *, by: Actor, amount: Money, reason: str, goes_to: RefundTo
) -> Refund | ApprovalRequest:
    """As `refund`; what the doer may not do alone becomes a request to a second person."""
    reason = plain_text(reason, field="reason", longest=LONGEST_REASON)
    with db.transaction():
        payment, amount = _refundable(payment_id, amount, goes_to, by)
        wanted = approvals.done_or_asked(
            ACTION,
            payment.id,
            by=by,
            market_code=_market_of(payment),
            amount=amount,
            in_all=Money(queries.given_back(payment.id), payment.currency) + amount,
            why=reason,
            facts={"goes_to": goes_to.value},
            do=lambda: refunding.book(payment, amount, by=by, reason=reason, goes_to=goes_to),
        )
    return wanted if isinstance(wanted, ApprovalRequest) else send_refund(wanted.id)


def refund_approved(event: ApprovalGranted) -> None:
    """Book what a second person agreed to, in the transaction of her decision; the sweep sends."""
    approver = approvals.approver_of(event)
    goes_to = RefundTo(event.facts["goes_to"])
    with db.transaction():
        payment, amount = _refundable(UUID(event.object_id), event.money, goes_to, approver)
        refunding.book(payment, amount, by=approver, reason=event.why, goes_to=goes_to)


def send_refund(refund_id: UUID) -> Refund:
    """Ask the gateway, outside any transaction, under the refund's own key; safe to repeat."""
    with db.transaction():  # ended before the gateway is asked: nothing is held meanwhile
        wanted = db.session.get_one(Refund, refund_id)
        payment = db.session.get_one(Payment, wanted.payment_id)
    waits = wanted.status == RefundStatus.REQUESTED and wanted.goes_to == RefundTo.METHOD
    if not waits or not is_known(payment.provider):
        return wanted
    reference = None
    try:
        reference = gateway(payment.provider).refund(
            key=str(wanted.id),
            # Of one that a person found at the gateway we may know the transaction alone.
            checkout_id=payment.provider_reference or payment.transaction_id or "",
            amount=wanted.money,
        )
    except GatewayDown as error:
        log.warning("gateway_down", refund_id=str(refund_id), error=str(error))
        return wanted
    except GatewayRefused as error:
        log.warning("gateway_refused", refund_id=str(refund_id), error=str(error))
    with db.transaction():
        done = _locked(refund_id)
        if done.status == RefundStatus.REQUESTED:
            if reference is None:
                refunding.refuse(payment, done)
            else:
                refunding.confirm(payment, done, reference)
    return done


def note_transfer(refund_id: UUID, *, by: Actor, transaction_id: str | None) -> Refund:
    """A refund by bank transfer was sent under this number; without one it will not be sent.

    Again the same changes nothing. Raises NotRefundable for others.
    """
    with db.transaction():
        by.must("payments.reconcile")
        found = _locked(refund_id)
        payment = access.payment_for(by, found.payment_id)
        if found.goes_to != RefundTo.BANK:
            raise NotRefundable
        if found.status != RefundStatus.REQUESTED:
            return found
        if transaction_id is None:
            refunding.refuse(payment, found, by=by)
        else:
            number = plain_text(transaction_id, field="transaction_id", longest=100)
            refunding.confirm(payment, found, number, by=by)
            audit.record(by, "payment.transfer_sent", "payment", payment.id, number=number)
    return found


def _refundable(
    payment_id: UUID, amount: Money, goes_to: RefundTo, by: Actor
) -> tuple[Payment, Money]:
    payment = access.payment_for(by, payment_id, ACTION, lock=True)
    if payment.status != PaymentStatus.SUCCEEDED or payment.reversed_at is not None:
        raise NotRefundable  # what came after our reversal is on its way back, or unallocated
    if goes_to == RefundTo.METHOD and not is_known(payment.provider):
        raise NotRefundable
    amount = checked(amount, payment.currency)
    if amount > queries.left_of(payment):
        raise RefundTooLarge
    return payment, amount


def _market_of(payment: Payment) -> str:
    return db.session.get_one(Account, payment.account_id).market_code


def _locked(refund_id: UUID) -> Refund:
    """The payment is locked first wherever both are, so that nobody waits in a circle."""
    found = db.session.get(Refund, refund_id)
    if found is None:
        raise NotFound
    outcomes.locked(found.payment_id)
    query = select(Refund).where(Refund.id == refund_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
