"""Payments, and what of them goes back: refunds, chargebacks."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.payments.methods import Method


class PaymentStatus(StrEnum):
    CREATED = "created"  # a row, the gateway not asked yet
    PENDING = "pending"  # at the gateway, the customer has the hosted page
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # the gateway did not answer; read back, never charged again
    REFUNDED = "refunded"
    CANCELLED = "cancelled"  # reversed by us; money that comes all the same is sent back


class Payment(db.Base):
    """For an invoice or a top-up of a prepaid line.

    Card data never comes here: `method` is a brand and the last four digits.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("provider", "provider_reference"),
        Index("ix_payment_status", "status", "check_at"),
        Index("ix_payment_created_at", "created_at"),
        Index("ix_payment_transaction_id", "transaction_id"),
        Index("ix_payment_line", "line_id", "settled_at"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[PaymentStatus]
    provider: Mapped[str] = mapped_column(Text)
    provider_reference: Mapped[str | None] = mapped_column(Text)
    transaction_id: Mapped[str | None] = mapped_column(Text)
    hosted_url: Mapped[str | None] = mapped_column(Text)
    action: Mapped[dict[str, Any] | None]  # what to scan, open or pay into, beside the page
    expires_at: Mapped[datetime | None]  # of the action
    saved_method_id: Mapped[UUID | None] = mapped_column(ForeignKey("saved_method.id"))
    method: Mapped[dict[str, Any] | None]
    decline_code: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]]  # what the gateway was sent, to send the very same again
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    cash_id: Mapped[UUID | None] = mapped_column(ForeignKey("unallocated_cash.id"))
    reversed_at: Mapped[datetime | None]  # taken after we had reversed it: settles nothing

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def wanted(self) -> Method:
        """The method that was chosen when it was started."""
        return Method(self.asked.get("method", Method.CARD))


class RefundTo(StrEnum):
    METHOD = "method"  # where the money came from, through the gateway
    BANK = "bank"  # by a transfer that a person sends and notes


class RefundStatus(StrEnum):
    REQUESTED = "requested"  # a row; the gateway has not confirmed yet, asked again under its id
    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"  # confirmed, and came back to us later


class Refund(db.Base):
    """Money given back from a payment; all refunds together never exceed it.

    Of one that did not arrive, `kept` pays for chargebacks of the same payment.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("kept >= 0 AND kept <= amount", name="kept"),
        Index("ix_refund_requested", "created_at", postgresql_where=text("status = 'requested'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[RefundStatus]
    goes_to: Mapped[RefundTo] = mapped_column(default=RefundTo.METHOD)
    reason: Mapped[str] = mapped_column(Text, default="")
    provider_reference: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)  # a code of `failures`
    kept: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0), server_default="0")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class ChargebackStatus(StrEnum):
    OPENED = "opened"
    REPRESENTED = "represented"  # we objected and sent evidence
    WON = "won"
    LOST = "lost"


class Chargeback(db.Base):
    """The customer's bank took a payment back. `covered` of it came off a bill or a balance, and
    `covered_later` was kept of refunds that did not arrive; the rest is our loss.
    """

    __tablename__ = "chargeback"
    __table_args__ = (
        UniqueConstraint("provider", "provider_reference"),
        CheckConstraint("amount > 0 AND covered >= 0 AND covered <= amount", name="amount"),
        CheckConstraint(
            "covered_later >= 0 AND covered + covered_later <= amount", name="covered_later"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    provider: Mapped[str] = mapped_column(Text)
    provider_reference: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    covered: Mapped[Decimal] = mapped_column(db.Amount)
    covered_later: Mapped[Decimal] = mapped_column(
        db.Amount, default=Decimal(0), server_default="0"
    )
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[ChargebackStatus]
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def uncovered(self) -> Decimal:
        return self.amount - self.covered - self.covered_later

    @property
    def is_open(self) -> bool:
        return self.status in {ChargebackStatus.OPENED, ChargebackStatus.REPRESENTED}
