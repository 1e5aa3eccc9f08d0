"""A clock that runs in working time, stands still, and is set to another target. Pure.

What has run is counted by the calendar it ran by, and is never lost: neither by standing still nor
by another target or calendar. A clock says when it is due; whether that was kept is told by others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.markets import working_time
from app.markets.working_time import Calendar

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Clock:
    """`used` of the `target` had run when it was let run `since`; None while it stands still."""

    target: timedelta
    works: Calendar
    used: timedelta = _NOTHING
    since: datetime | None = None

    def elapsed(self, now: datetime) -> timedelta:
        if self.since is None:
            return self.used
        return self.used + working_time.worked(self.works, self.since, now)

    def due_at(self) -> datetime | None:
        """When its target has run; None while it stands still."""
        return self._reaches(self.target)

    def warns_at(self, percent: int) -> datetime | None:
        """When so much of its target has run; None while it stands still, or for no percent."""
        return self._reaches(self.target * percent / 100) if percent else None

    def paused(self, now: datetime) -> "Clock":
        return replace(self, used=self.elapsed(now), since=None)

    def resumed(self, now: datetime) -> "Clock":
        return self if self.since is not None else replace(self, since=now)

    def aimed(self, target: timedelta, works: Calendar, now: datetime) -> "Clock":
        """From now on at another target, by another calendar; what has run has run."""
        since = None if self.since is None else now
        return Clock(target, works, self.elapsed(now), since)

    def _reaches(self, amount: timedelta) -> datetime | None:
        """At once where more than that has run already."""
        if self.since is None:
            return None
        return working_time.due(self.works, self.since, amount - self.used)
