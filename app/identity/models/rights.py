"""Roles that an administrator puts together, and fields that somebody had shown to herself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class CustomRole(db.Base):
    """Made of permissions. Staff name it by `code` among their roles, and carry a copy of what it
    gives, so that nobody asks for it at every request."""

    __tablename__ = "custom_role"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    permissions: Mapped[list[str]]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Reveal(db.Base):
    """One masked field of one thing that somebody looked at, why, and until when she sees it."""

    __tablename__ = "field_reveal"
    __table_args__ = (
        Index("ix_field_reveal_staff", "staff_id", "expires_at"),
        Index("ix_field_reveal_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    field: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
