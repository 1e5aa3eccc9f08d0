"""What we no longer expect to be paid, and what came of it after all."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, event
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


class BadDebtSum(db.Base):
    """A part of what a market's movements of a kind sum to.

    The database adds one with each statement that writes movements, in its transaction, so that
    nobody waits for somebody else's commit; `core.sums.gather` makes one part of many.
    """

    __tablename__ = "bad_debt_sum"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    market_code: Mapped[str] = mapped_column(Text)
    kind: Mapped[BadDebtKind]
    amount: Mapped[Decimal] = mapped_column(db.Sum)


SUMMED = """
CREATE FUNCTION bad_debt_is_summed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bad_debt_sum (market_code, kind, amount)
    SELECT market_code, kind, sum(amount) FROM fresh GROUP BY market_code, kind;
    RETURN NULL;
END $$;
CREATE TRIGGER summed AFTER INSERT ON bad_debt REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION bad_debt_is_summed();
"""
_ddl = DDL(SUMMED)  # type: ignore[no-untyped-call]
event.listen(BadDebt.__table__, "after_create", _ddl)
