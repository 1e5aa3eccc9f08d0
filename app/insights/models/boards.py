"""Live boards as each user arranges them, what was told last, and words for an agent alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff


class BoardLayout(db.Base):
    """Which widgets somebody's board has, in her order. Without a row it is the usual one."""

    __tablename__ = "board_layout"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    widgets: Mapped[list[str]]
    changed_at: Mapped[datetime]


class BoardTick(db.Base):
    """What open boards were told last of a market, as a digest, so that it is told once."""

    __tablename__ = "board_tick"

    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"), primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    told_at: Mapped[datetime]


class Whisper(db.Base):
    """Said to the agent of a conversation by somebody who listens in; it is no message of it."""

    __tablename__ = "whisper"
    __table_args__ = (Index("ix_whisper_to", "to_staff_id", "conversation_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    from_staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    to_staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    sender: Mapped[Staff] = relationship(foreign_keys=[from_staff_id])
