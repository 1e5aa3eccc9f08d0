"""What a payment is for: a bill or a prepaid line, how much, and the row that says so."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.billing import access as billing
from app.catalog.models import Mode
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments.amounts import checked
from app.payments.errors import AmountOutOfBounds, KeyUsedDifferently, NothingToPay, NotPrepaid
from app.payments.models import Payment, PaymentStatus
from app.payments.queries import own_key, payment_of_key
from app.subscriptions import access as subscriptions
from app.subscriptions.service.standing import refuse_gone

FIRST_CHECK = timedelta(minutes=1)
LARGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is paid for, by whom, and how much."""

    account_id: UUID
    amount: Money
    description: str
    invoice_id: UUID | None = None
    line_id: UUID | None = None


def check_key(key: str) -> None:
    if not 1 <= len(key) <= LARGEST_KEY or not key.isprintable():
        raise Invalid(field="idempotency_key")


def made_with(
    key: str,
    *,
    by: Actor,
    invoice_id: UUID | None,
    line_id: UUID | None,
    amount: Money | None,
) -> Payment | None:
    """The payment that this key made before, also when nothing is left to pay since.

    The invoice is locked until the transaction ends, so that two clicks at once find one another's
    payment. Raises KeyUsedDifferently.
    """
    payment = payment_of_key(_account_of(by, invoice_id, line_id), key)
    if payment is None:
        return None
    same_thing = (payment.invoice_id, payment.line_id) == (invoice_id, line_id)
    if not same_thing or (
        amount is not None and checked(amount, payment.currency) != payment.money
    ):
        raise KeyUsedDifferently
    return payment


def purpose_of(
    by: Actor, invoice_id: UUID | None, line_id: UUID | None, amount: Money | None
) -> Purpose:
    """Just one of the two. The invoice is locked until the transaction ends."""
    if invoice_id is not None and line_id is None:
        return _bill(invoice_id, amount, by)
    if line_id is not None and invoice_id is None:
        return _top_up(line_id, amount, by)
    raise Invalid


def of_amount(purpose: Purpose, amount: Money) -> Purpose:
    return replace(purpose, amount=amount)


def created(
    purpose: Purpose,
    key: str,
    asked: dict[str, Any],
    provider: str,
    *,
    by: Actor,
    payment_id: UUID | None = None,
    saved_method_id: UUID | None = None,
) -> Payment:
    moment = clock.now()
    statement = insert(Payment).values(
        id=payment_id or new_id(),
        account_id=purpose.account_id,
        invoice_id=purpose.invoice_id,
        line_id=purpose.line_id,
        amount=purpose.amount.amount,
        currency=purpose.amount.currency,
        status=PaymentStatus.CREATED,
        provider=provider,
        saved_method_id=saved_method_id,
        idempotency_key=own_key(purpose.account_id, key),
        asked=asked,
        created_at=moment,
        check_at=moment + FIRST_CHECK,
        checks=0,
    )
    # Two requests with one key at the same instant: the second waits here, then finds the first.
    made = db.session.execute(statement.on_conflict_do_nothing().returning(Payment.id)).scalar()
    query = select(Payment).where(Payment.idempotency_key == own_key(purpose.account_id, key))
    payment = db.session.scalars(query).one()
    if made is not None:
        audit.record(by, "payment.started", "payment", payment.id, amount=payment.money)
    return payment


def _account_of(by: Actor, invoice_id: UUID | None, line_id: UUID | None) -> UUID:
    if invoice_id is not None and line_id is None:
        return billing.invoice_for(by, invoice_id, "payments.take", lock=True).account_id
    if line_id is not None and invoice_id is None:
        return subscriptions.line_for(by, line_id, "payments.take").account_id
    raise Invalid


def _bill(invoice_id: UUID, amount: Money | None, by: Actor) -> Purpose:
    invoice = billing.invoice_for(by, invoice_id, "payments.take", lock=True)
    if invoice.payable.amount <= 0:
        raise NothingToPay
    paying = invoice.payable if amount is None else checked(amount, invoice.currency)
    if paying > invoice.payable:
        raise AmountOutOfBounds
    description = _("Invoice %(number)s", number=invoice.number)
    return Purpose(invoice.account_id, paying, description, invoice_id=invoice.id)


def _top_up(line_id: UUID, amount: Money | None, by: Actor) -> Purpose:
    line = subscriptions.line_for(by, line_id, "payments.take")
    refuse_gone(line)
    account = db.session.get_one(Account, line.account_id)
    if line.mode != Mode.PREPAID:
        raise NotPrepaid
    if amount is None:
        raise AmountOutOfBounds
    paying = checked(amount, account.currency)
    description = _("Top-up of %(number)s", number=line.number)
    return Purpose(account.id, paying, description, line_id=line.id)
