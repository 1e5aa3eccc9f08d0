"""Ways to pay that customers keep."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed
from app.payments.methods import NAMES, Method


class SavedMethod(db.Base):
    """A customer's way to pay, kept as the gateway's token with her consent.

    `last4` is all that is kept of a number; `expires` is the month of the card, YYYY-MM.
    """

    __tablename__ = "saved_method"
    __table_args__ = (
        UniqueConstraint("customer_id", "provider", "token_hash"),
        Index(
            "uq_saved_method_default",
            "customer_id",
            unique=True,
            postgresql_where=text("is_default AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), index=True)
    provider: Mapped[str] = mapped_column(Text)
    method: Mapped[Method]
    token_sealed: Mapped[bytes] = mapped_column("token", LargeBinary)
    token_hash: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    last4: Mapped[str | None] = mapped_column(Text)
    expires: Mapped[str | None] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column(default=False)
    consented_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    token = Sealed[str]()

    @property
    def name(self) -> str:
        """As people know it: Visa •••• 4242, or the kind of method."""
        if self.last4 is None:
            return str(NAMES[self.method])
        return f"{(self.brand or str(NAMES[self.method])).capitalize()} •••• {self.last4}"
