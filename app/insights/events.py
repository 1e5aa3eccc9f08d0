"""What reports and boards announce."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class BoardMoved:
    """The figures of one market are others now."""

    market_code: str
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whispered:
    """A supervisor told an agent something that nobody else sees."""

    conversation_id: UUID
    to_staff_id: UUID
