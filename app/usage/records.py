"""Usage as the network reports it: what a record is, when it is the same, when it is refused."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from app.catalog.models import UsageKind
from app.usage.roaming import Abroad

# More than a petabyte in one session is a broken counter.
MOST = 2**50
# Clocks of network elements differ; what is further ahead than this is broken.
AHEAD = timedelta(days=1)
# Nobody settles accounts of longer ago, and each month costs a table.
BEHIND = timedelta(days=3 * 365)
# A session that lasts longer has lost its end, and so has a call.
LONGEST = timedelta(days=92)
LONGEST_CALL = int(LONGEST.total_seconds())
_MOST_DECIMALS = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Content = tuple[object, ...]
Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class NewRecord:
    """`quantity` in bytes, seconds or messages. `record_id` is the source's own name for it.

    `ended_at` of a data session lets it be cut where an allowance ends; a call lasts its seconds.
    """

    line_id: UUID
    kind: UsageKind
    started_at: datetime
    quantity: int
    other_party: str | None = None
    source: str = "network"
    record_id: str | None = None
    ended_at: datetime | None = None
    abroad: Abroad | None = None

    @property
    def identity(self) -> UUID:
        """The same for a copy: from source and record id, or from the whole record without one.

        A truncated SHA-256; `incoming.IDENTITY` says the same in SQL.
        """
        name = ("id", self.record_id) if self.record_id else self._whole()
        text = "\x1f".join(str(part) for part in (self.source, *name))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return UUID(bytes=digest[:16])

    def _whole(self) -> tuple[object, ...]:
        charge = self.abroad.charge if self.abroad else None
        return (
            self.line_id,
            self.kind.value,
            _ticks(self.started_at),
            self.quantity,
            self.other_party or "",
            _ticks(self.ended_at) if self.ended_at else "",
            self.abroad.network if self.abroad else "",
            charge.amount if charge else "",
            charge.decimals if charge else "",
            charge.currency if charge else "",
        )

    def fault(self, window: Window) -> str | None:
        """Why it cannot be a record at all; None when it can. `window` is from when until when."""
        most = LONGEST_CALL if self.kind is UsageKind.VOICE else MOST
        if not 0 <= self.quantity <= most:
            return "bad_quantity"
        if fault := self._fault_in_time(window):
            return fault
        texts = (self.other_party, self.record_id, self.source)
        if not all(each is None or each.isprintable() for each in texts):
            return "bad_other_party"
        return self._fault_abroad()

    def _fault_in_time(self, window: Window) -> str | None:
        if self.started_at.tzinfo is None or self.started_at > window[1]:
            return "bad_time"
        if self.started_at < window[0]:
            return "too_old"
        ended_at = self.ended_at
        if ended_at is None:
            return None
        sound = ended_at.tzinfo is not None and self.started_at <= ended_at
        return None if sound and ended_at - self.started_at <= LONGEST else "bad_time"

    def _fault_abroad(self) -> str | None:
        charge = self.abroad.charge if self.abroad else None
        if charge is None:
            return None
        sound = 0 <= charge.amount <= MOST and 0 <= charge.decimals <= _MOST_DECIMALS
        return None if sound else "bad_charge"


@dataclass(frozen=True, slots=True)
class Use:
    """A record as it is rated, new or stored. `ends_at` is `started_at` where nobody knows."""

    identity: UUID
    line_id: UUID
    kind: UsageKind
    started_at: datetime
    quantity: int
    ended_at: datetime | None = None
    other_party: str | None = None
    abroad: Abroad | None = None

    @classmethod
    def read(cls, row: Any) -> Self:
        """From a row whose columns have these names."""
        return cls(
            identity=row.identity,
            line_id=row.line_id,
            kind=UsageKind(row.kind),
            started_at=row.started_at,
            quantity=row.quantity,
            ended_at=row.ended_at,
            other_party=row.other_party,
            abroad=Abroad.read(row.abroad) if row.abroad else None,
        )

    @property
    def ends_at(self) -> datetime:
        if self.kind is UsageKind.VOICE and self.abroad is None:
            return self.started_at + timedelta(seconds=min(self.quantity, LONGEST.total_seconds()))
        return self.ended_at or self.started_at

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Records are rated in this order, whatever order they come in."""
        return self.started_at, self.identity


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """`reason`: bad_quantity, bad_time, too_old, bad_other_party, bad_charge, unknown_line,
    not_in_service, differs, no_exchange_rate, no_roaming_rate."""

    record: NewRecord
    reason: str


@dataclass(slots=True)
class Ingested:
    """What became of a delivery. Nothing is lost: the three always sum to what was sent."""

    accepted: int = 0
    duplicates: int = 0
    refused: list[RefusedRecord] = field(default_factory=list)

    def add(self, other: "Ingested") -> None:
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.refused += other.refused


def _ticks(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
