"""What came in from network elements: layouts, files, parts of sessions, and what needs a look."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import UsageKind
from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer


class Layout(db.Base):
    """How one source writes its records. `definition` is as app/mediation/layout.py describes."""

    __tablename__ = "usage_layout"

    source: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    definition: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class FileStatus(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"


class ReceivedFile(db.Base):
    """A file of records. The same content of the same source is one file, however often it comes.

    It keeps the layout it was received with. `taken` of its `rows` are done, all of them or none
    of a chunk. What `control` says was checked first; `beside` is the text of the file of control
    totals that came with it.
    """

    __tablename__ = "usage_file"
    __table_args__ = (
        UniqueConstraint("source", "digest"),
        Index("ix_usage_file_status", "status", "touched_at"),
        Index("ix_usage_file_digest", "digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    copies: Mapped[int] = mapped_column(default=1)
    definition: Mapped[dict[str, Any]]
    layout_version: Mapped[int]
    status: Mapped[FileStatus]
    reason: Mapped[str | None] = mapped_column(Text)
    reason_details: Mapped[dict[str, Any]]
    beside: Mapped[str | None] = mapped_column(Text)
    control: Mapped[list[dict[str, Any]]]
    rows: Mapped[int | None] = mapped_column(BigInteger)
    taken: Mapped[int] = mapped_column(BigInteger, default=0)
    accepted: Mapped[int] = mapped_column(BigInteger, default=0)
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0)
    matched: Mapped[int] = mapped_column(BigInteger, default=0)
    parts: Mapped[int] = mapped_column(BigInteger, default=0)
    for_review: Mapped[int] = mapped_column(BigInteger, default=0)
    received_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    @property
    def share(self) -> int:
        """How much is done, in percent."""
        return 100 if self.status is FileStatus.DONE else self.taken * 100 // (self.rows or 1)


class SessionStatus(StrEnum):
    OPEN = "open"
    FLAGGED = "flagged"
    MERGED = "merged"
    WHOLE = "whole"


class PartedSession(db.Base):
    """A session that is reported in parts.

    Merged it is one record, and a part that comes later is a record of its own; where one record
    told the whole, parts are dropped.
    """

    __tablename__ = "usage_parted_session"
    __table_args__ = (
        UniqueConstraint("source", "session_id"),
        Index(
            "ix_usage_parted_session_open",
            "last_part_at",
            postgresql_where=text("status = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    session_id: Mapped[str] = mapped_column(Text)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("line.id"))
    status: Mapped[SessionStatus]
    last_part_at: Mapped[datetime]

    parts: Mapped[list["Part"]] = relationship(order_by="Part.sequence")


class Part(db.Base):
    """`sequence` counts from 1; None of the parts is `is_last` until the end was reported."""

    __tablename__ = "usage_part"

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("usage_parted_session.id"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_last: Mapped[bool]
    kind: Mapped[UsageKind]
    started_at: Mapped[datetime]
    quantity: Mapped[int] = mapped_column(BigInteger)
    other_party: Mapped[str | None] = mapped_column(Text)


class Decision(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Anomaly(db.Base):
    """A record that was not rated, and why. The same record again is a copy of the same anomaly.

    `record` is what could be understood of it, as text by field; `raw` is as it came.
    """

    __tablename__ = "usage_anomaly"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_usage_anomaly_open", "id", postgresql_where=text("decision = 'open'")),
        Index("ix_usage_anomaly_customer", "customer_id", "last_seen_at"),
        Index("ix_usage_anomaly_file", "file_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("usage_file.id"))
    row: Mapped[int | None] = mapped_column(BigInteger)
    raw: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("line.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.id"))
    copies: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    decision: Mapped[Decision]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    customer: Mapped[Customer | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.decision is Decision.OPEN


class Suspect(db.Base):
    """A customer whose records are odd again and again; flagged once somebody says so."""

    __tablename__ = "usage_suspect"

    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    since: Mapped[datetime]
    flagged_at: Mapped[datetime | None]
    flagged_by: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    customer: Mapped[Customer] = relationship()


class StreamPosition(db.Base):
    """The next message to take from a partition; written with what the messages did."""

    __tablename__ = "usage_stream_position"

    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    partition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offset: Mapped[int] = mapped_column(BigInteger)
