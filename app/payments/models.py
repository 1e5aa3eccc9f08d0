"""Payments, and the gateway's calls about them as they came in."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Invoice
from app.core import db, secrets
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments.methods import NAMES, Method


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
    goes_to: Mapped[RefundTo] = mapped_column(default=RefundTo.METHOD)
    reason: Mapped[str] = mapped_column(Text, default="")
    provider_reference: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class ChargebackStatus(StrEnum):
    OPENED = "opened"
    REPRESENTED = "represented"  # we objected and sent evidence
    WON = "won"
    LOST = "lost"


class Chargeback(db.Base):
    """The customer's bank took a payment back. `covered` of it came off a bill or a balance."""

    __tablename__ = "chargeback"
    __table_args__ = (
        UniqueConstraint("provider", "provider_reference"),
        CheckConstraint("amount > 0 AND covered >= 0 AND covered <= amount", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), index=True)
    provider: Mapped[str] = mapped_column(Text)
    provider_reference: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    covered: Mapped[Decimal] = mapped_column(db.Amount)
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
    def is_open(self) -> bool:
        return self.status in {ChargebackStatus.OPENED, ChargebackStatus.REPRESENTED}


class UnallocatedCash(db.Base):
    """Money that reached our bank, or stayed with us, of which nobody knew what for.

    `used` of it was allocated to bills or returned since.
    """

    __tablename__ = "unallocated_cash"
    __table_args__ = (
        UniqueConstraint("transaction_id"),
        CheckConstraint("amount > 0 AND used >= 0 AND used <= amount", name="amount"),
        Index("ix_unallocated_cash_left", "received_at", postgresql_where=text("used < amount")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    transaction_id: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    used: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    currency: Mapped[str] = mapped_column(Text)
    payer: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    refund_id: Mapped[UUID | None]  # that could not be sent; no foreign key: payments point here
    received_at: Mapped[datetime]
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def left(self) -> Money:
        return Money(self.amount - self.used, self.currency)


class CashUse(db.Base):
    """What became of a part of unallocated cash: a payment, or sent back when there is none."""

    __tablename__ = "cash_use"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cash_id: Mapped[UUID] = mapped_column(ForeignKey("unallocated_cash.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class VoucherBatch(db.Base):
    """Vouchers of one value, generated together. Their codes are told once and never stored."""

    __tablename__ = "voucher_batch"
    __table_args__ = (CheckConstraint("value > 0 AND count > 0", name="value"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text, unique=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    value: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    expires_on: Mapped[date]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    @property
    def money(self) -> Money:
        return Money(self.value, self.currency)


class Voucher(db.Base):
    """A code worth money, as a keyed hash. Redeemed at most once."""

    __tablename__ = "voucher"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("voucher_batch.id"), index=True)
    code_hash: Mapped[str] = mapped_column(Text, unique=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"), index=True)
    redeemed_at: Mapped[datetime | None]


class PlanStatus(StrEnum):
    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"


class PaymentPlan(db.Base):
    """An overdue amount in instalments. While it is kept, dunning of its bills is held."""

    __tablename__ = "payment_plan"
    __table_args__ = (
        Index(
            "uq_payment_plan_active",
            "account_id",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[PlanStatus]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    instalments: Mapped[list["Instalment"]] = relationship(order_by="Instalment.due_on")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Instalment(db.Base):
    __tablename__ = "instalment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)


class PlanInvoice(db.Base):
    """A bill that a plan is about."""

    __tablename__ = "payment_plan_invoice"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)


class CallResult(StrEnum):
    """What became of a callback. Refused ones are kept, and change nothing."""

    APPLIED = "applied"
    NOTHING_NEW = "nothing_new"
    UNKNOWN_PAYMENT = "unknown_payment"
    WRONG_AMOUNT = "wrong_amount"
    SENT_BACK = "sent_back"  # a success after our own reversal
    NOT_OURS = "not_ours"  # the gateway tells of something that we do not act on


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


class SavedMethod(db.Base):
    """A customer's way to pay, kept as the gateway's token with her consent.

    `last4` is all that is kept of a number; `expires` is the month of the card, YYYY-MM.
    """

    __tablename__ = "saved_method"
    __table_args__ = (
        UniqueConstraint("customer_id", "provider", "token_hash"),
        Index(
            "uq_saved_method_default",
            "customer_id",
            unique=True,
            postgresql_where=text("is_default AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    provider: Mapped[str] = mapped_column(Text)
    method: Mapped[Method]
    token: Mapped[str] = mapped_column(secrets.Encrypted("saved_method.token"))
    token_hash: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    last4: Mapped[str | None] = mapped_column(Text)
    expires: Mapped[str | None] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column(default=False)
    consented_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """As people know it: Visa •••• 4242, or the kind of method."""
        if self.last4 is None:
            return str(NAMES[self.method])
        return f"{(self.brand or str(NAMES[self.method])).capitalize()} •••• {self.last4}"


class GatewayRoute(db.Base):
    """An administrator's choice: which gateway serves a method in a market; None is nobody."""

    __tablename__ = "gateway_route"

    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), primary_key=True)
    method: Mapped[Method] = mapped_column(primary_key=True)
    provider: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]


class GatewayHealth(db.Base):
    """How a gateway answered lately. A row is written when that changes, not at every call."""

    __tablename__ = "gateway_health"

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    answers: Mapped[bool]
    since: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None]


class AutoPayKind(StrEnum):
    BILLS = "bills"
    TOP_UP = "top_up"


class AutoPayMandate(db.Base):
    """A customer's order to pay by itself: the bills of an account, or a prepaid line's credit.

    Bills: at most `max_amount` each, on the due date or on `day` of the month before it.
    Top-ups: `top_up_amount` when the balance is below `threshold`, and what the plan needs when
    it is about to be renewed (`renews`), at most `daily_cap` on a day of the market.
    """

    __tablename__ = "autopay_mandate"
    __table_args__ = (
        Index(
            "uq_autopay_mandate_bills",
            "account_id",
            unique=True,
            postgresql_where=text("line_id IS NULL AND revoked_at IS NULL"),
        ),
        Index(
            "uq_autopay_mandate_line",
            "line_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("max_amount > 0", name="max_amount"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day"),
        CheckConstraint(
            "(kind = 'top_up') = (line_id IS NOT NULL AND threshold IS NOT NULL"
            " AND top_up_amount IS NOT NULL AND daily_cap IS NOT NULL)",
            name="whole",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[AutoPayKind]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    saved_method_id: Mapped[UUID] = mapped_column(ForeignKey("saved_method.id"), index=True)
    max_amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    day: Mapped[int | None]
    threshold: Mapped[Decimal | None] = mapped_column(db.Amount)
    top_up_amount: Mapped[Decimal | None] = mapped_column(db.Amount)
    daily_cap: Mapped[Decimal | None] = mapped_column(db.Amount)
    renews: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str] = mapped_column(Text)
    consented_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[str | None] = mapped_column(Text)  # by whom or why: customer, declined
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    saved_method: Mapped[SavedMethod] = relationship()

    @property
    def is_active(self) -> bool:
        return self.paused_at is None and self.revoked_at is None

    @property
    def most(self) -> Money:
        return Money(self.max_amount, self.currency)


class DebitStatus(StrEnum):
    PLANNED = "planned"  # announced, waits for its time, a window or the next try
    CHARGING = "charging"  # a payment of this attempt is under way
    DONE = "done"
    DECLINED = "declined"  # for good: the customer is reminded
    ASKING = "asking"  # too much for a debit without her: she must pay it herself
    DROPPED = "dropped"  # nothing left to do: paid otherwise, paused or revoked


class AutoPayDebit(db.Base):
    """One thing to be paid by a mandate: an invoice, or one top-up. Swept until it is decided."""

    __tablename__ = "autopay_debit"
    __table_args__ = (
        UniqueConstraint("invoice_id"),
        Index(
            "uq_autopay_debit_top_up",
            "mandate_id",
            unique=True,
            postgresql_where=text("invoice_id IS NULL AND status IN ('planned', 'charging')"),
        ),
        Index("ix_autopay_debit_planned", "next_at", postgresql_where=text("status = 'planned'")),
        Index("ix_autopay_debit_mandate", "mandate_id", "created_at"),
        Index(
            "ix_autopay_debit_decided",
            "decided_at",
            postgresql_where=text("decided_at IS NOT NULL"),
        ),
        Index("ix_autopay_debit_charging", "next_at", postgresql_where=text("status = 'charging'")),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mandate_id: Mapped[UUID] = mapped_column(ForeignKey("autopay_mandate.id"))
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)  # as announced; never more is taken
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[DebitStatus] = mapped_column(default=DebitStatus.PLANNED)
    reason: Mapped[str | None] = mapped_column(Text)  # why it waits or ended: a code
    announced_at: Mapped[datetime]
    day: Mapped[date]  # of the market, when it was made: what the daily cap counts
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    mandate: Mapped[AutoPayMandate] = relationship()
    invoice: Mapped[Invoice | None] = relationship()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class AutoPayAttempt(db.Base):
    """One try of a debit, and the payment that it made. The key makes it one."""

    __tablename__ = "autopay_attempt"

    debit_id: Mapped[UUID] = mapped_column(ForeignKey("autopay_debit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment.id"), unique=True)
    at: Mapped[datetime]

    payment: Mapped[Payment] = relationship()
