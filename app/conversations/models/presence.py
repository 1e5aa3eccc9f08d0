"""What agents do now, and did before."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class Availability(StrEnum):
    AVAILABLE = "available"
    BREAK = "break"
    TRAINING = "training"
    WRAP_UP = "wrap_up"  # a talk is over, and she notes what came of it
    ABSENT = "absent"  # said to be available, but nothing is seen of her
    OFFLINE = "offline"


class AgentState(db.Base):
    """What somebody does now; what ends by itself is over at `until`, and she is available.
    `seen_at` is when something was seen of her last: that she typed, or moved the pointer."""

    __tablename__ = "agent_state"
    __table_args__ = (
        Index("ix_agent_state_until", "until", postgresql_where=text("until IS NOT NULL")),
    )

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    availability: Mapped[Availability]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class AgentSpell(db.Base):
    """What somebody did from when to when: how she kept to her hours. One has not ended."""

    __tablename__ = "agent_spell"
    __table_args__ = (
        Index(
            "uq_agent_spell_now", "staff_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index("ix_agent_spell_began", "staff_id", "began_at"),
        Index("ix_agent_spell_ended", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    availability: Mapped[Availability]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
