"""Charges, the invoices that they are on, and invoices as papers."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    DISCOUNT = "discount"


class Charge(db.Base):
    """An amount that waits for the next invoice. `because` holds the rule and its inputs.

    The run writes charges before their invoice, whose number it takes as late as it can.
    """

    __tablename__ = "charge"
    __table_args__ = (
        Index("ix_charge_open", "account_id", postgresql_where=text("invoice_id IS NULL")),
        Index("ix_charge_usage", "line_id", postgresql_where=text("kind = 'usage'")),
        Index(
            "ix_charge_discount",
            "account_id",
            "period_start",
            postgresql_where=text("kind = 'discount'"),
        ),
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
    invoice_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invoice.id", deferrable=True, initially="DEFERRED"), index=True
    )
    created_at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class InvoiceStatus(StrEnum):
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    WRITTEN_OFF = "written_off"


class Invoice(db.Base):
    """A closed bill; it never changes but in how much of it is paid, credited or added by notes,
    and in its due day when a note is added to a paid one.

    What is `written_off` we no longer expect, though it may still be paid. Period
    [period_start, period_end) in days of the market; overdue is `due_on` passed while open.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("account_id", "period_start"),
        Index("ix_invoice_account", "account_id", "issued_at"),
        Index("ix_invoice_open", "due_on", postgresql_where=text("status = 'open'")),
        Index("ix_invoice_number_start", "number", postgresql_ops={"number": "text_pattern_ops"}),
        Index("ix_invoice_market", "market_code", "id"),
        Index("ix_invoice_market_total", "market_code", "total"),
        CheckConstraint("paid + credited + written_off <= total + debited", name="not_overpaid"),
        CheckConstraint(
            "paid >= 0 AND credited >= 0 AND debited >= 0 AND written_off >= 0",
            name="never_negative",
        ),
        Index("ix_invoice_written_off", "account_id", postgresql_where=text("written_off > 0")),
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
    debited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    written_off: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0), server_default="0")
    paid_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
    charges: Mapped[list[Charge]] = relationship(order_by="Charge.period_start, Charge.id")

    @hybrid_property
    def still_due(self) -> Decimal:
        """What is still to pay; also as a column of queries."""
        return self.total + self.debited - self.paid - self.credited - self.written_off

    @property
    def due(self) -> Money:
        return Money(self.still_due, self.currency)

    @property
    def payable(self) -> Money:
        """What a payment may be for: also what was written off is owed."""
        return Money(self.still_due + self.written_off, self.currency)

    @property
    def is_open(self) -> bool:
        return self.status == InvoiceStatus.OPEN

    @property
    def can_be_paid(self) -> bool:
        return self.status in {InvoiceStatus.OPEN, InvoiceStatus.WRITTEN_OFF}

    @property
    def total_money(self) -> Money:
        return Money(self.total, self.currency)

    def is_overdue(self, today: date) -> bool:
        return self.status == InvoiceStatus.OPEN and self.due_on < today


class InvoicePaper(db.Base):
    """A PDF that was asked for; `edition` names the state of the invoice that it shows, `sight` how
    much of the numbers on it."""

    __tablename__ = "invoice_paper"

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    sight: Mapped[str] = mapped_column(Text, primary_key=True, default="all")
    edition: Mapped[str] = mapped_column(Text)
    pdf: Mapped[bytes | None]
    asked_at: Mapped[datetime]
    built_at: Mapped[datetime | None]
