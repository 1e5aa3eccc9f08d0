"""Usage as the network reports it: what a record is, when it is the same, when it is refused."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.catalog.models import UsageKind

# More than a petabyte in one session is a broken counter.
_MOST = 2**50

Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class NewRecord:
    """`quantity` in bytes, seconds or messages. `record_id` is the source's own name for it."""

    line_id: UUID
    kind: UsageKind
    started_at: datetime
    quantity: int
    other_party: str | None = None
    source: str = "network"
    record_id: str | None = None

    @property
    def identity(self) -> str:
        """The same for a copy: from source and record id, or from the whole record without one."""
        whole = (self.line_id, self.kind.value, self.started_at.timestamp(), self.quantity)
        name = ("id", self.record_id) if self.record_id else (*whole, self.other_party)
        text = "\x1f".join(str(part) for part in (self.source, *name))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def content(self) -> Content:
        """What it says, whoever says it."""
        return (self.line_id, self.kind, self.started_at, self.quantity, self.other_party)

    def fault(self, latest: datetime) -> str | None:
        """Why it cannot be a record at all; None when it can."""
        if not 0 <= self.quantity <= _MOST:
            return "bad_quantity"
        if self.started_at.tzinfo is None or self.started_at > latest:
            return "bad_time"
        if self.other_party is not None and not self.other_party.isprintable():
            return "bad_other_party"
        return None


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """`reason`: bad_quantity, bad_time, bad_other_party, unknown_line, not_in_service, differs."""

    record: NewRecord
    reason: str


@dataclass(slots=True)
class Ingested:
    """What became of a delivery. Nothing is lost: the three always sum to what was sent."""

    accepted: int = 0
    duplicates: int = 0
    refused: list[RefusedRecord] = field(default_factory=list)
