"""Holds, erasures, exports, consents, and the proof that old things went."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import db
from app.core.ids import new_id
from app.customers.models import Customer


class LegalHold(db.Base):
    """While it stands nothing of her is erased or forgotten, whoever asks."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index(
            "uq_legal_hold_standing",
            "customer_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[UUID]
    placed_by_name: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()


class ErasureStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"


class ErasureRequest(db.Base):
    """`done` says of each table how many rows it took: what was cut off goes on from there."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index(
            "uq_erasure_request_open",
            "customer_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'approved')"),
        ),
        Index("ix_erasure_request_status", "status", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    market_code: Mapped[str] = mapped_column(ForeignKey("market.code"))
    why: Mapped[str] = mapped_column(Text)
    status: Mapped[ErasureStatus] = mapped_column(default=ErasureStatus.WAITING)
    asked_by: Mapped[UUID]
    asked_by_kind: Mapped[str] = mapped_column(Text)
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None] = mapped_column(Text)
    done: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship()


class PersonExport(db.Base):
    """Everything about a person in one sealed file; made by a worker, fetched once, then gone."""

    __tablename__ = "person_export"
    __table_args__ = (Index("ix_person_export_customer", "customer_id", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    size: Mapped[int | None]
    rows: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tries: Mapped[int] = mapped_column(default=0)

    customer: Mapped[Customer] = relationship()


class Purpose(StrEnum):
    MARKETING = "marketing"
    PROFILING = "profiling"
    TRAINING = "training"


class Consent(db.Base):
    """A word of hers about one purpose; the last one counts, none is ever changed."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_customer", "customer_id", "purpose", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[Purpose]
    agreed: Mapped[bool]
    words_version: Mapped[str] = mapped_column(Text)
    said_by: Mapped[UUID]
    said_by_kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class RetentionRun(db.Base):
    """One go at what is kept for a time: how many rows went, and up to which moment."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_at", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    rule: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    before: Mapped[datetime]
    gone: Mapped[int]
