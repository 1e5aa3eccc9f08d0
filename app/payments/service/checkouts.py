"""Sending a customer to the gateway's page: a row first, then the gateway, and one key for ever."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing import access as billing
from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import language as spoken
from app.core.i18n import speaking
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments import queries
from app.payments.amounts import checked
from app.payments.errors import (
    AmountOutOfBounds,
    GatewayUnavailable,
    KeyUsedDifferently,
    NothingToPay,
    NotPrepaid,
)
from app.payments.models import Payment, PaymentStatus
from app.payments.port import Checkout, GatewayDown, GatewayRefused, Order
from app.payments.service import outcomes
from app.payments.switch import gateway
from app.subscriptions import access as subscriptions

log = structlog.get_logger(__name__)

FIRST_CHECK = timedelta(minutes=1)
LARGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class _Purpose:
    """What is paid for, by whom, and how much."""

    account_id: UUID
    amount: Money
    description: str
    invoice_id: UUID | None = None
    line_id: UUID | None = None


def start_checkout(
    *,
    by: Actor,
    invoice_id: UUID | None = None,
    line_id: UUID | None = None,
    amount: Money | None = None,
    return_url: str,
    language: str,
    idempotency_key: str,
) -> Payment:
    """A payment of an invoice (all that is due, or a part) or a top-up of a prepaid line.

    The same key gives the same payment, and so does an undecided payment of the same invoice.
    When the gateway does not answer it is UNKNOWN without a `hosted_url`: it is read back, and
    asking again uses its first key, so it is never charged twice.
    Raises NothingToPay, AmountOutOfBounds, NotPrepaid, KeyUsedDifferently, GatewayUnavailable.
    """
    if not 1 <= len(idempotency_key) <= LARGEST_KEY or not idempotency_key.isprintable():
        raise Invalid(field="idempotency_key")
    with db.transaction(), speaking(language):
        if invoice_id is not None and line_id is None:
            purpose = _bill(invoice_id, amount, by)
        elif line_id is not None and invoice_id is None:
            purpose = _top_up(line_id, amount, by)
        else:
            raise Invalid
        payment = _found(purpose, idempotency_key, amount)
        if payment is None:
            payment = _created(purpose, idempotency_key, return_url, by)
    if payment.provider_reference is None and payment.status in queries.UNDECIDED:
        return _open(payment)
    return payment


def order_of(payment: Payment) -> Order:
    """The very order that was, or would have been, sent: its key is the payment's id."""
    return Order(
        key=str(payment.id), reference=str(payment.id), amount=payment.money, **payment.asked
    )


def opened(payment: Payment, checkout: Checkout) -> None:
    """Note on a locked payment that the gateway knows it."""
    if payment.provider_reference is None:
        payment.provider_reference = checkout.id
        payment.hosted_url = checkout.url
    if payment.status in {PaymentStatus.CREATED, PaymentStatus.UNKNOWN}:
        payment.status = PaymentStatus.PENDING


def _bill(invoice_id: UUID, amount: Money | None, by: Actor) -> _Purpose:
    # Locked, so that two clicks at once find one another's payment.
    invoice = billing.invoice_for(by, invoice_id, "payments.take", lock=True)
    if invoice.due.amount <= 0:
        raise NothingToPay
    paying = invoice.due if amount is None else checked(amount, invoice.currency)
    if paying > invoice.due:
        raise AmountOutOfBounds
    description = _("Invoice %(number)s", number=invoice.number)
    return _Purpose(invoice.account_id, paying, description, invoice_id=invoice.id)


def _top_up(line_id: UUID, amount: Money | None, by: Actor) -> _Purpose:
    line = subscriptions.line_for(by, line_id, "payments.take")
    account = db.session.get_one(Account, line.account_id)
    if line.mode != Mode.PREPAID:
        raise NotPrepaid
    if amount is None:
        raise AmountOutOfBounds
    paying = checked(amount, account.currency)
    description = _("Top-up of %(number)s", number=line.number)
    return _Purpose(account.id, paying, description, line_id=line.id)


def _found(purpose: _Purpose, key: str, amount: Money | None) -> Payment | None:
    query = select(Payment).where(Payment.idempotency_key == _own(purpose.account_id, key))
    payment = db.session.scalar(query)
    if payment is None:
        return _undecided(purpose)
    same_thing = (payment.invoice_id, payment.line_id) == (purpose.invoice_id, purpose.line_id)
    if not same_thing or (amount is not None and purpose.amount != payment.money):
        raise KeyUsedDifferently
    return payment


def _undecided(purpose: _Purpose) -> Payment | None:
    """An open payment of the same invoice; whatever it is of, while its outcome is unknown."""
    if purpose.invoice_id is None:
        return None
    for payment in queries.undecided_of_invoice(purpose.invoice_id):
        if payment.status == PaymentStatus.UNKNOWN or payment.money == purpose.amount:
            return payment
    return None


def _created(purpose: _Purpose, key: str, return_url: str, by: Actor) -> Payment:
    account = db.session.get_one(Account, purpose.account_id)
    moment = clock.now()
    asked = {
        "description": purpose.description,
        "return_url": return_url,
        "locale": account.market.locale_for(spoken()),
    }
    statement = insert(Payment).values(
        id=new_id(),
        account_id=account.id,
        invoice_id=purpose.invoice_id,
        line_id=purpose.line_id,
        amount=purpose.amount.amount,
        currency=purpose.amount.currency,
        status=PaymentStatus.CREATED,
        provider=gateway().name,
        idempotency_key=_own(account.id, key),
        asked=asked,
        created_at=moment,
        check_at=moment + FIRST_CHECK,
        checks=0,
    )
    # Two requests with one key at the same instant: the second waits here, then finds the first.
    made = db.session.execute(statement.on_conflict_do_nothing().returning(Payment.id)).scalar()
    query = select(Payment).where(Payment.idempotency_key == _own(account.id, key))
    payment = db.session.scalars(query).one()
    if made is not None:
        audit.record(by, "payment.started", "payment", payment.id, amount=payment.money)
    return payment


def _own(account_id: UUID, key: str) -> str:
    """Keys are the account's own: nobody can find out those of others."""
    return f"{account_id}:{key}"


def _open(payment: Payment) -> Payment:
    """Ask the gateway outside any transaction, and note what it said."""
    checkout, refused = None, False
    try:
        checkout = gateway().create_checkout(order_of(payment))
    except GatewayDown as error:
        log.warning("gateway_down", payment_id=str(payment.id), error=str(error))
    except GatewayRefused as error:
        log.warning("gateway_refused", payment_id=str(payment.id), error=str(error))
        refused = True
    with db.transaction():
        current = outcomes.locked(payment.id)
        if checkout is not None:
            opened(current, checkout)
        elif current.status == PaymentStatus.CREATED:
            current.status = PaymentStatus.DECLINED if refused else PaymentStatus.UNKNOWN
            current.decline_code = "gateway_refused" if refused else None
    if refused:
        raise GatewayUnavailable
    return current
