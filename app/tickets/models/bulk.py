"""One thing done to many tickets at once, kept for as long as it may be undone."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id


class BulkKind(StrEnum):
    ASSIGN = "assign"
    PRIORITY = "priority"
    TAG = "tag"
    UNTAG = "untag"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


class BulkAct(db.Base):
    """`staff_id` did it, and may take it back for a while. The same `client_key` is the same."""

    __tablename__ = "ticket_bulk"
    __table_args__ = (
        UniqueConstraint("staff_id", "client_key"),
        Index("ix_ticket_bulk_at", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[BulkKind]
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    client_key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class BulkItem(db.Base):
    """One of its tickets. `before` and `after` hold what was changed, by column; both are empty
    where nothing was. `refused` says in words why it was not done to this one."""

    __tablename__ = "ticket_bulk_item"
    __table_args__ = (Index("ix_ticket_bulk_item_ticket", "ticket_id"),)

    bulk_id: Mapped[UUID] = mapped_column(
        ForeignKey("ticket_bulk.id", ondelete="CASCADE"), primary_key=True
    )
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    refused: Mapped[str] = mapped_column(Text)
