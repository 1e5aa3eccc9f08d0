"""Payments that reached us without the gateway: a bank transfer, a shop's till."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.billing import access as billing
from app.core import db
from app.core.actor import Actor
from app.core.money import Money
from app.payments.amounts import checked
from app.payments.errors import KeyUsedDifferently, NothingToPay
from app.payments.models import Payment, PaymentStatus
from app.payments.service import outcomes

PROVIDER = "bank"


def record_payment(
    invoice_id: UUID,
    *,
    by: Actor,
    method: dict[str, Any],
    transaction_id: str,
    at: datetime,
    amount: Money | None = None,
) -> Payment:
    """Book a transfer received at `at`; without an amount, all that is due.

    The same transaction twice is one payment. More than is due stays as the account's credit.
    Raises NothingToPay, AmountOutOfBounds, KeyUsedDifferently.
    """
    return book_payment(
        invoice_id,
        by=by,
        method=method,
        transaction_id=transaction_id,
        at=at,
        amount=amount,
        permission="billing.credit",
    )


def book_payment(
    invoice_id: UUID,
    *,
    by: Actor,
    method: dict[str, Any],
    transaction_id: str,
    at: datetime,
    amount: Money | None,
    permission: str,
) -> Payment:
    """As `record_payment`, for whoever holds another permission that comes to the same."""
    with db.transaction():
        invoice = billing.invoice_for(by, invoice_id, permission, lock=True)
        key = key_of(invoice.market_code, transaction_id)
        known = db.session.scalar(select(Payment).where(Payment.idempotency_key == key))
        if known is not None and known.invoice_id != invoice.id:
            raise KeyUsedDifferently
        if known is not None:
            return known
        if amount is None and invoice.payable.amount <= 0:
            raise NothingToPay
        paid = invoice.payable if amount is None else checked(amount, invoice.currency)
        payment = Payment(
            account_id=invoice.account_id,
            invoice_id=invoice.id,
            amount=paid.amount,
            currency=paid.currency,
            status=PaymentStatus.SUCCEEDED,
            provider=PROVIDER,
            transaction_id=transaction_id,
            method=method,
            idempotency_key=key,
            asked={},
            created_at=at,
            settled_at=at,
        )
        db.session.add(payment)
        try:
            db.session.flush()  # the settlement speaks of it by id
        except IntegrityError:  # noted for another bill at the same instant
            raise KeyUsedDifferently from None
        audit.record(by, "payment.recorded", "payment", payment.id, amount=paid)
        outcomes.take_effect(payment, by=by)
    return payment


def key_of(market_code: str, transaction_id: str) -> str:
    """Each market's bank counts its transactions for itself."""
    return f"{PROVIDER}:{market_code}:{transaction_id}"
