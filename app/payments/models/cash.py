"""Money that came without saying what for."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class UnallocatedCash(db.Base):
    """Money that reached our bank, or stayed with us, of which nobody knew what for.

    `used` of it was allocated to bills or returned since.
    """

    __tablename__ = "unallocated_cash"
    __table_args__ = (
        UniqueConstraint("market_code", "transaction_id"),
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
