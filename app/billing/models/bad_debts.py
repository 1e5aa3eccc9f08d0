"""What we no longer expect to be paid, and what came of it after all."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class BadDebtKind(StrEnum):
    WRITTEN_OFF = "written_off"
    UNDONE = "undone"
    RECOVERED = "recovered"


class BadDebt(db.Base):
    """A movement of what we no longer expect of an invoice: more of it, or less of it again.

    The invoice's `written_off` is the sum of those written off less the others.
    """

    __tablename__ = "bad_debt"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_bad_debt_market", "market_code", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    kind: Mapped[BadDebtKind]
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
