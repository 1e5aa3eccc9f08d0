"""AutoPay: a customer's order to pay by itself, and what is made of it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models import Invoice
from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account
from app.payments.models.methods import SavedMethod
from app.payments.models.payments import Payment


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
