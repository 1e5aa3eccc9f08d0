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
class RefundRequested:
    """Taken off the books; the money is on its way."""

    payment_id: UUID
    refund_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class RefundRefused:
    """The provider did not give it back, so it is on the books again."""

    payment_id: UUID
    refund_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """It was paid, did not reach the customer and came back to us: it is on the books again.

    `reason` is a code of `failures`. What is `kept` she has by a chargeback of the same payment.
    """

    payment_id: UUID
    refund_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str
    reason: str
    kept: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaymentReversed:
    """Money came after we had reversed the payment: it pays nothing and is sent back."""

    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ChargebackOpened:
    """`covered` of it came off a bill or a balance; the rest is our loss until it is won."""

    chargeback_id: UUID
    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    covered: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ChargebackWon:
    chargeback_id: UUID
    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ChargebackLost:
    chargeback_id: UUID
    payment_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class CashReceived:
    """Money reached the bank without saying what for."""

    cash_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CashReturned:
    use_id: UUID
    cash_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class VoucherRedeemed:
    voucher_id: UUID
    line_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class DoubleRecharge:
    """The same top-up twice within a short time. `action` is extended or alerted."""

    line_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentPlanAgreed:
    plan_id: UUID
    account_id: UUID
    customer_id: UUID
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class PaymentPlanEnded:
    """`status` is kept or broken."""

    plan_id: UUID
    account_id: UUID
    customer_id: UUID
    status: str


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
