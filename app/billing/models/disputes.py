"""Charges that somebody says are wrong."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.billing.models.invoices import Charge, Invoice
from app.core import db
from app.core.ids import new_id
from app.core.money import Money


class DisputeState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Dispute(db.Base):
    """Somebody says that a charge of an invoice is wrong, by `amount` with its tax.

    Decided once; `credited` is what the decision gave back, by the credit note named.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        Index("uq_dispute_open", "charge_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_dispute_queue", "opened_at", postgresql_where=text("state = 'open'")),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("credited >= 0 AND credited <= amount", name="credited"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), index=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("charge.id"))
    amount: Mapped[Decimal] = mapped_column(db.Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    state: Mapped[DisputeState]
    credited: Mapped[Decimal] = mapped_column(db.Amount, default=Decimal(0))
    credit_note_id: Mapped[UUID | None] = mapped_column(ForeignKey("credit_note.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]

    invoice: Mapped[Invoice] = relationship()
    charge: Mapped[Charge] = relationship()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def credited_money(self) -> Money:
        return Money(self.credited, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state == DisputeState.OPEN
