"""Files that are brought in, what was wrong in them, and what has come from elsewhere."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.ids import new_id
from app.core.secrets import sealed, unsealed


class Source(StrEnum):
    ZENDESK = "zendesk"
    CHATWOOT = "chatwoot"
    CSV = "csv"
    CONFIGURATION = "configuration"


class What(StrEnum):
    CUSTOMERS = "customers"
    TICKETS = "tickets"
    CONVERSATIONS = "conversations"
    ARTICLES = "articles"
    REPLIES = "replies"
    CONFIGURATION = "configuration"


class JobState(StrEnum):
    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(db.Base):
    """A file and how far it has come: `position` rows are worked off.

    Its content is sealed, and gone after a month. `mapping` says which column of a CSV is what.
    `counts` are new, known and wrong ones; `tried` the same of the last trial.
    """

    __tablename__ = "transfer_job"
    __table_args__ = (
        Index("ix_transfer_job_running", "id", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[Source]
    what: Mapped[What]
    market_code: Mapped[str | None] = mapped_column(ForeignKey("market.code"))
    file_name: Mapped[str] = mapped_column(Text)
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[JobState]
    position: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tried: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    made_by: Mapped[UUID]
    made_by_name: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None]

    @property
    def content(self) -> bytes:
        """Empty once it is gone."""
        if self.content_sealed is None:
            return b""
        return unsealed(self.content_sealed, f"transfer_job.content:{self.id}")

    @content.setter
    def content(self, value: bytes) -> None:
        self.content_sealed = sealed(value, f"transfer_job.content:{self.id}")


class JobError(db.Base):
    """A row that was left out: its line in the file, whose it was, and why."""

    __tablename__ = "transfer_error"
    __table_args__ = (UniqueConstraint("job_id", "line"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_job.id"))
    line: Mapped[int]
    external_id: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)


class Origin(db.Base):
    """What something of ours was called elsewhere: brought in once, whatever happens."""

    __tablename__ = "transfer_origin"
    __table_args__ = (UniqueConstraint("source", "what", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[Source]
    what: Mapped[What]
    external_id: Mapped[str] = mapped_column(Text)
    ours: Mapped[UUID]
    job_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_job.id"))
