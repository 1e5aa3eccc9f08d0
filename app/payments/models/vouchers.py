"""Vouchers: codes worth money."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


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
