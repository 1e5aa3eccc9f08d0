"""How often one socket may say something. Counted in memory: a socket lives in one process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.core.errors import TooMany

T = TypeVar("T")

WINDOW_SECONDS = 10.0
ALLOWED = {"say": 20, "typing": 60, "read": 100, "other": 60}


@dataclass(slots=True)
class Flood:
    """Counts per kind in the running window."""

    started: float = field(default_factory=time.monotonic)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> None:
        """One more of this kind; raises TooMany past the allowance of the window."""
        now = time.monotonic()
        if now - self.started > WINDOW_SECONDS:
            self.started = now
            self.counts.clear()
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] > ALLOWED.get(kind, ALLOWED["other"]):
            raise TooMany(retry_after=int(WINDOW_SECONDS))

    def counted(self, kind: str, act: Callable[[], T]) -> Callable[[], T]:
        """The same, counted first."""

        def counting() -> T:
            self.count(kind)
            return act()

        return counting
