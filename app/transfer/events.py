"""What moving in announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class JobStarted:
    """A file waits to be brought in by a worker."""

    job_id: UUID
