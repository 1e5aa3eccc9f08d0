"""What messaging announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DeliveryQueued:
    """Something is to leave in this lane."""

    lane: str


@dataclass(frozen=True, slots=True)
class ReadMarkDue:
    """An agent has read what the customer wrote, up to `seq`."""

    conversation_id: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class FilesPending:
    """A message came whose files are still at the provider's."""

    message_id: UUID
