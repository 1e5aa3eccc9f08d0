"""What identity announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionEnded:
    session_id: UUID
    kind: str
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A one-time code waits to be sent."""

    code_id: UUID
