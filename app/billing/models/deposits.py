"""Money that accounts leave with us."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class Deposit(db.Base):
    """Money that an account left with us, given back with `interest` when it leaves."""

    __tablename__ = "deposit"
    __table_args__ = (CheckConstraint("amount > 0 AND interest >= 0", name="amounts"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    interest: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    currency: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    effect_key: Mapped[str] = mapped_column(Text, unique=True)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
