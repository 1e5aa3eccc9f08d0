"""The trail: who did what to which thing, when, what changed, and what proves that it is whole."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Identity, Index, LargeBinary, Text, event, text
from sqlalchemy.orm import Mapped, mapped_column

from app.audit import chain_sql
from app.core import clock, db
from app.core.months import around


class AuditEntry(db.Base):
    """Append-only, in the table of its month. The database links each to the one before it.

    `seal` is random and a keyed digest of all else: who has the database but not our key can
    neither write an entry nor copy one. Without a `market_code` it concerns no market, or several,
    and only who works in all of them reads it.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "object_kind", "object_id", "id"),
        Index("ix_audit_entry_actor", "actor_id", "id"),
        Index("ix_audit_entry_at", "at"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    object_kind: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]]
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)
    market_code: Mapped[str | None] = mapped_column(Text)


class AuditLink(db.Base):
    """One entry's place in a chain: SHA-256 of the link before it and of the entry.

    Written by the database in the transaction of the entry. Shard -1 holds what was there before
    entries were linked.
    """

    __tablename__ = "audit_link"

    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger)
    entry_at: Mapped[datetime]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(db.Base):
    """How long every chain was at a moment, and its last hash; signed, and itself a chain.

    `content` is the very text that is hashed. One with a `pruned_month` says what went with it.
    """

    __tablename__ = "audit_checkpoint"
    __table_args__ = (
        Index(
            "uq_audit_checkpoint_pruned_month",
            "pruned_month",
            unique=True,
            postgresql_where=text("pruned_month IS NOT NULL"),
        ),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    pruned_month: Mapped[date | None]
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


def _when(moment: str, table: object, statements: str) -> None:
    ddl = DDL(statements.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(table, moment, ddl)


_when("before_create", AuditEntry.__table__, chain_sql.SCHEMA)
for _statements in (chain_sql.OTHER, chain_sql.APPEND_ONLY, chain_sql.MONTHS):
    _when("after_create", AuditEntry.__table__, _statements)
for _statements in (chain_sql.LINKED, chain_sql.DROPPED, chain_sql.GUARDED):
    _when("after_create", db.Base.metadata, _statements)


@event.listens_for(AuditEntry.__table__, "after_create")
def _make_months(_table: Any, connection: Any, **_more: Any) -> None:
    for month in around(clock.now()):
        connection.execute(text("SELECT audit_make_month(:month)"), {"month": month})
