"""When a line that leaves is disconnected. No session, no clock."""

from dataclasses import dataclass
from datetime import date, timedelta

FARTHEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LeavingPolicy:
    """Days: by when a closure is carried out, and how long an expired line may lie idle."""

    closure_days: int = 7
    inactive_days: int = 90


def closes_on(ordered_on: date, wished: date | None, policy: LeavingPolicy) -> date | None:
    """The day it closes: the one wished, else the last one allowed. None for a day that is over
    or too far ahead."""
    if wished is None:
        return ordered_on + timedelta(days=policy.closure_days)
    return wished if ordered_on <= wished <= ordered_on + FARTHEST else None
