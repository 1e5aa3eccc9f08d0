"""Charges, invoices and credit notes."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.dunning import Action
from app.core import db
from app.core.ids import new_id
from app.core.money import Money
from app.customers.models import Account


class ChargeKind(StrEnum):
    RECURRING = "recurring"
    PRORATED_CREDIT = "prorated_credit"
    PRORATED_CHARGE = "prorated_charge"
    USAGE = "usage"
    ADD_ON = "add_on"
    CREDIT = "credit"


class Charge(db.Base):
    """An amount that waits for the next invoice. `because` holds the rule and its inputs."""

    __tablename__ = "charge"
    __table_args__ = (
        Index("ix_charge_open", "account_id", postgresql_where=text("invoice_id IS NULL")),
        Index("ix_charge_usage", "line_id", postgresql_where=text("kind = 'usage'")),
        UniqueConstraint("effect_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    kind: Mapped[ChargeKind]
    description: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date]
    period_end: Mapped[date]
    because: Mapped[dict[str, Any]]
    effect_key: Mapped[str] = mapped_column(Text)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class InvoiceStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"


class Invoice(db.Base):
    """A closed bill; it never changes but in how much of it is paid or credited.

    Period [period_start, period_end) in days of the market; overdue is `due_on` passed while open.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("account_id", "period_start"),
        Index("ix_invoice_account", "account_id", "issued_at"),
        Index("ix_invoice_open", "due_on", postgresql_where=text("status = 'open'")),
        CheckConstraint("paid + credited <= total", name="not_overpaid"),
        CheckConstraint("paid >= 0 AND credited >= 0", name="never_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    currency: Mapped[str] = mapped_column(Text)
    period_start: Mapped[date]
    period_end: Mapped[date]
    issued_at: Mapped[datetime]
    due_on: Mapped[date]
    status: Mapped[InvoiceStatus]
    net: Mapped[Decimal] = mapped_column(db.Amount)
    tax: Mapped[Decimal] = mapped_column(db.Amount)
    total: Mapped[Decimal] = mapped_column(db.Amount)
    paid: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    credited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    paid_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    charges: Mapped[list[Charge]] = relationship(order_by="Charge.period_start")

    @property
    def due(self) -> Money:
        """What is still to pay."""
        return Money(self.total - self.paid - self.credited, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status == InvoiceStatus.OPEN

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)

    def is_overdue(self, today: date) -> bool:
        return self.status == InvoiceStatus.OPEN and self.due_on < today


class CreditNote(db.Base):
    """Takes back part of an invoice; all notes together never exceed it.

    `amount` includes the tax; `net` and `tax` are in the proportion of the invoice.
    """

    __tablename__ = "credit_note"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    net: Mapped[Decimal] = mapped_column(db.Amount)
    tax: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime]


class AccountCredit(db.Base):
    """A movement of money that an account has with us: paid too much, or credited after paying.

    The sum of an account's movements is its credit; the next invoice uses it up. Tax is in it.
    """

    __tablename__ = "account_credit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    at: Mapped[datetime]

    invoice: Mapped[Invoice] = relationship()


class DunningStep(db.Base):
    """A step taken against an unpaid invoice; each at most once."""

    __tablename__ = "dunning_step"

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    action: Mapped[Action] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]


class DunningHold(db.Base):
    """An amount of an invoice that is not dunned for while a reason for it stands."""

    __tablename__ = "dunning_hold"
    __table_args__ = (
        Index(
            "uq_dunning_hold_in_force",
            "invoice_id",
            "reason",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class PlanChangeQuote(db.Base):
    """What a plan change would cost, as told to the customer; taken up at most once."""

    __tablename__ = "plan_change_quote"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    offer_version_id: Mapped[UUID] = mapped_column(ForeignKey("offer_version.id"))
    from_subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    credit: Mapped[Decimal] = mapped_column(db.Amount)
    charge: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    because: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscription.id"))
