"""Lines that go to another account."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.customers.models import Account
from app.subscriptions.models.lines import Line


class TransferStatus(StrEnum):
    """WAITING for the receiving side, then AGREED until its day has come."""

    WAITING = "waiting"
    AGREED = "agreed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class LineTransfer(db.Base):
    """A line on its way to another account; one at a time, when both sides agree.

    `giver_proof` and `taker_proof` refer to what an agent was shown or told; without the second
    the receiving customer agreed by herself. Once done, `new_line_id` is the line it has become.
    """

    __tablename__ = "line_transfer"
    __table_args__ = (
        Index(
            "uq_line_transfer_pending",
            "line_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'agreed')"),
        ),
        Index("ix_line_transfer_due", "day", postgresql_where=text("status = 'agreed'")),
        CheckConstraint("from_account_id <> to_account_id", name="another_account"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"), index=True)
    new_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"), index=True)
    from_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    to_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    status: Mapped[TransferStatus]
    day: Mapped[date]
    giver_proof: Mapped[str] = mapped_column(Text)
    taker_proof: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agreed_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    why: Mapped[str | None] = mapped_column(Text)

    line: Mapped[Line] = relationship(foreign_keys=line_id)
    from_account: Mapped[Account] = relationship(foreign_keys=from_account_id)
    to_account: Mapped[Account] = relationship(foreign_keys=to_account_id)

    @property
    def is_pending(self) -> bool:
        return self.status in {TransferStatus.WAITING, TransferStatus.AGREED}
