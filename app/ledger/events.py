"""What the ledger announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LedgerOutOfBalance:
    """An alert: a proof found that books and rows differ."""

    proof_id: UUID
    differences: int
    at: datetime
