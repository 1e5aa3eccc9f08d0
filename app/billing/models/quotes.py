"""What a change of plan would cost."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


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

    @property
    def off(self) -> list[tuple[str, Money]]:
        """What discounts take off a plan that is paid in advance, each with its name."""
        found = self.because.get("off", [])
        return [(name, Money.of(amount, self.currency)) for _code, name, amount in found]
