"""Payments, and the gateway's calls about them as they came in."""

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


class PaymentStatus(StrEnum):
    CREATED = "created"  # a row, the gateway not asked yet
    PENDING = "pending"  # at the gateway, the customer has the hosted page
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # the gateway did not answer; read back, never charged again
    REFUNDED = "refunded"


class Payment(db.Base):
    """For an invoice or a top-up of a prepaid line.

    Card data never comes here: `method` is a brand and the last four digits.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("provider", "provider_reference"),
        Index("ix_payment_status", "status", "check_at"),
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
    method: Mapped[dict[str, Any] | None]
    decline_code: Mapped[str | None] = mapped_column(Text)
    idempotency_key: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]]  # what the gateway was sent, to send the very same again
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class RefundStatus(StrEnum):
    REQUESTED = "requested"  # a row; the gateway has not confirmed yet, asked again under its id
    SUCCEEDED = "succeeded"
    REFUSED = "refused"


class Refund(db.Base):
    """Money given back from a payment; all refunds together never exceed it."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_refund_requested", "created_at", postgresql_where=text("status = 'requested'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[RefundStatus]
    provider_reference: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class CallResult(StrEnum):
    """What became of a callback. Refused ones are kept, and change nothing."""

    APPLIED = "applied"
    NOTHING_NEW = "nothing_new"
    UNKNOWN_PAYMENT = "unknown_payment"
    WRONG_AMOUNT = "wrong_amount"


class GatewayCall(db.Base):
    """A callback as received: stored before it is understood, one effect per event id."""

    __tablename__ = "gateway_call"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), index=True)
    result: Mapped[CallResult]
    received_at: Mapped[datetime]
    copies: Mapped[int] = mapped_column(default=1)
