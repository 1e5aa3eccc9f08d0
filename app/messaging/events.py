"""What messaging announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeliveryQueued:
    """Something is to leave in this lane."""

    lane: str


@dataclass(frozen=True, slots=True)
class FilesPending:
    """A message came whose files are still at the provider's."""

    message_id: UUID
