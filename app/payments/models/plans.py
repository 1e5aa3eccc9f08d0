"""Payment plans: overdue bills in instalments."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class PlanStatus(StrEnum):
    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"


class PaymentPlan(db.Base):
    """An overdue amount in instalments. While it is kept, dunning of its bills is held."""

    __tablename__ = "payment_plan"
    __table_args__ = (
        Index(
            "uq_payment_plan_active",
            "account_id",
            unique=True,
            postgresql_where=text("status = 'active'"),
        ),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    status: Mapped[PlanStatus]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    instalments: Mapped[list["Instalment"]] = relationship(order_by="Instalment.due_on")

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class Instalment(db.Base):
    __tablename__ = "instalment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    amount: Mapped[Decimal] = mapped_column(db.Amount)


class PlanInvoice(db.Base):
    """A bill that a plan is about."""

    __tablename__ = "payment_plan_invoice"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
