"""What work leaves on a ticket: comments, time, links, followers and what they are told, merges."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.identity.models import Staff
from app.tickets.models.ticket import Ticket


class Comment(db.Base):
    """Said on the ticket itself. `public` ones are between us and the customer, others ours only.
    `message_id` is the message of a conversation that it was copied from."""

    __tablename__ = "ticket_comment"
    __table_args__ = (
        Index("ix_ticket_comment_ticket", "ticket_id", "at"),
        UniqueConstraint("ticket_id", "client_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    public: Mapped[bool]
    author_kind: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    client_key: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[UUID | None]
    at: Mapped[datetime]


class TimeSpent(db.Base):
    __tablename__ = "ticket_time"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes"),
        Index("ix_ticket_time_ticket", "ticket_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    minutes: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]

    staff: Mapped[Staff] = relationship()


class LinkKind(StrEnum):
    RELATES = "relates"
    DUPLICATES = "duplicates"
    BLOCKS = "blocks"
    FOLLOWS = "follows"  # the one that was opened because the other was closed
    SPLIT = "split"  # taken out of the other


class Link(db.Base):
    """`from` relates to, duplicates, blocks or follows `to`."""

    __tablename__ = "ticket_link"
    __table_args__ = (
        UniqueConstraint("from_id", "to_id", "kind"),
        CheckConstraint("from_id <> to_id", name="itself"),
        Index("ix_ticket_link_to", "to_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[LinkKind]
    created_at: Mapped[datetime]


class Follower(db.Base):
    __tablename__ = "ticket_follower"
    __table_args__ = (Index("ix_ticket_follower_staff", "staff_id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)

    staff: Mapped[Staff] = relationship()


class News(db.Base):
    """What somebody who follows a ticket is told of it. `what` is the name of the event."""

    __tablename__ = "ticket_news"
    __table_args__ = (
        Index("ix_ticket_news_unread", "staff_id", "at", postgresql_where=text("read_at IS NULL")),
        Index("ix_ticket_news_ticket", "ticket_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    what: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()


class Merge(db.Base):
    """One ticket taken into another. `before` is what undoing it restores."""

    __tablename__ = "ticket_merge"
    __table_args__ = (
        Index("ix_ticket_merge_kept", "kept_id"),
        Index(
            "uq_ticket_merge_standing",
            "merged_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    before: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
