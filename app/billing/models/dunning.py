"""Steps against unpaid invoices, and what holds them."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.billing.dunning import Action
from app.core import db
from app.core.ids import new_id


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
        Index("ix_dunning_hold_reason", "reason", postgresql_where=text("lifted_at IS NULL")),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
