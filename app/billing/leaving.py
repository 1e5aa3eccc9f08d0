"""When a line that leaves is disconnected. No session, no clock."""

from datetime import date, timedelta

FARTHEST = timedelta(days=90)


def closes_on(ordered_on: date, wished: date | None, closure_days: int) -> date | None:
    """The day it closes: the one wished, else the last one allowed. None for a day that is over
    or too far ahead."""
    if wished is None:
        return ordered_on + timedelta(days=closure_days)
    return wished if ordered_on <= wished <= ordered_on + FARTHEST else None
