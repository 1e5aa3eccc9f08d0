"""A choice of tickets with a name, that somebody keeps for herself or shares."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff, Team


class Sharing(StrEnum):
    PRIVATE = "private"
    TEAM = "team"
    ALL = "all"


class SavedView(db.Base):
    """`asked` is what `listing.Filters` reads. What is deleted may be brought back for a while."""

    __tablename__ = "ticket_view"
    __table_args__ = (
        CheckConstraint("(sharing = 'team') = (team_id IS NOT NULL)", name="team"),
        Index("ix_ticket_view_owner", "owner_id"),
        Index(
            "ix_ticket_view_shared",
            "sharing",
            "team_id",
            postgresql_where=text("sharing <> 'private'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(Text)
    sharing: Mapped[Sharing]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    asked: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    owner: Mapped[Staff] = relationship()
    team: Mapped[Team | None] = relationship()


class ViewPlace(db.Base):
    """Where somebody has put a view among those that she sees; without a row it is at the end."""

    __tablename__ = "ticket_view_place"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    view_id: Mapped[UUID] = mapped_column(
        ForeignKey("ticket_view.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int]
