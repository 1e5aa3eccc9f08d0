"""What payments announce."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentSucceeded:
    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID | None
    line_id: UUID | None
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentDeclined:
    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID | None
    line_id: UUID | None
    decline_code: str | None


@dataclass(frozen=True, slots=True)
class PaymentRefunded:
    payment_id: UUID
    refund_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str
