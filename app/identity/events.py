"""What identity announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    session_id: UUID
    kind: str
    owner_id: UUID
