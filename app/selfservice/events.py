"""What self-service announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RecordingArrived:
    """A recording of a call can be fetched at `url`; `purpose` is voicemail or call."""

    dialogue_id: UUID
    recording_id: str
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A call of this conversation began, ended or was noted."""

    conversation_id: UUID
