"""Cards and numbers that wait for a line, or are in one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.sealed import Sealed


class StockState(StrEnum):
    AVAILABLE = "available"
    RESERVED = "reserved"
    IN_USE = "in_use"
    QUARANTINED = "quarantined"
    PORTED_OUT = "ported_out"


class StockBatch(db.Base):
    """A delivery of cards or numbers that was taken in whole."""

    __tablename__ = "stock_batch"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    name: Mapped[str] = mapped_column(Text)
    holds: Mapped[str] = mapped_column(Text)  # "sim", "esim" or "number"
    count: Mapped[int]
    imported_by: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]


class StockCard(db.Base):
    """A SIM card or eSIM profile that waits for a line, or is in one.

    `puk` is what its maker put into it, where the delivery says so.
    """

    __tablename__ = "stock_card"
    __table_args__ = (
        Index(
            "ix_stock_card_available",
            "market_code",
            "form",
            "iccid",
            postgresql_where=text("state = 'available'"),
        ),
        Index("ix_stock_card_activation", "activation_id"),
    )

    iccid: Mapped[str] = mapped_column(Text, primary_key=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    form: Mapped[str] = mapped_column(Text)
    puk_sealed: Mapped[bytes | None] = mapped_column("puk", LargeBinary)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("stock_batch.id"))
    state: Mapped[StockState]
    activation_id: Mapped[UUID | None] = mapped_column(ForeignKey("activation.id"))
    changed_at: Mapped[datetime]

    puk = Sealed[str | None](key="iccid")


class StockNumber(db.Base):
    """A number of ours in E.164. After its line closed nobody gets it for a while."""

    __tablename__ = "stock_number"
    __table_args__ = (
        Index(
            "ix_stock_number_available",
            "market_code",
            "number",
            postgresql_where=text("state = 'available'"),
        ),
        Index(
            "ix_stock_number_quarantined",
            "quarantined_until",
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index("ix_stock_number_activation", "activation_id"),
    )

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("stock_batch.id"))
    state: Mapped[StockState]
    activation_id: Mapped[UUID | None] = mapped_column(ForeignKey("activation.id"))
    quarantined_until: Mapped[datetime | None]
    changed_at: Mapped[datetime]
