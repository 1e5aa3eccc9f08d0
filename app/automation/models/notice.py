"""What rules tell staff, and what they tell other systems."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class StaffNotice(db.Base):
    """A line for one member of staff, until she has read it."""

    __tablename__ = "staff_notice"
    __table_args__ = (
        Index("ix_staff_notice_unread", "staff_id", "id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Call(db.Base):
    """One call to somebody's webhook. `body` is what is sent, made when the rule ran."""

    __tablename__ = "automation_call"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    url: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
