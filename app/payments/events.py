"""What payments announce."""

from dataclasses import dataclass
from datetime import datetime
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
class ToppedUpTwice:
    """The same amount for the same line again, soon after. Both count."""

    payment_id: UUID
    earlier_id: UUID
    line_id: UUID
    customer_id: UUID
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


@dataclass(frozen=True, slots=True)
class AutoPayAnnounced:
    """At `at`, or later, this much will be taken by AutoPay."""

    debit_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID | None
    line_id: UUID | None
    amount: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AutoPayNeedsCustomer:
    """AutoPay may not take this by itself. `reason` is over_limit or second_factor."""

    debit_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID | None
    amount: Decimal
    currency: str
    reason: str


@dataclass(frozen=True, slots=True)
class AutoPayFailed:
    """Declined for good: no more tries, the customer is to be reminded."""

    debit_id: UUID
    account_id: UUID
    customer_id: UUID
    invoice_id: UUID | None
    line_id: UUID | None
    decline_code: str | None
    attempts: int


@dataclass(frozen=True, slots=True)
class AutoPayChanged:
    """A mandate was set up, changed, paused, resumed or revoked."""

    mandate_id: UUID
    account_id: UUID
    customer_id: UUID
