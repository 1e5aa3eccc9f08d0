"""Long reports take turns, so that whoever chats meanwhile does not wait for them.

Who asks for the same as others do is told what was counted for one of them, if that began after she
had asked: it is what she would have been told.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from app.core import turns
from app.core.errors import Unavailable
from app.core.i18n import lazy
from app.insights.definition import Days

T = TypeVar("T")

# As many days are told in less time than anybody would notice.
MOST_DAYS_AT_ONCE = 92
# Of the few who serve pages, each waiting one is missing.
LONGEST_WAIT = 10
ASKS_AGAIN_AFTER = 3  # seconds, of a page that was refused its turn
TURN = "insights.long_report"
# So many times as long as a report took the others have the cores: few messages meet one.
REST = 29
# Longer only after what took longer itself, for somebody waits.
LONGEST_REST = 3.0
_KEPT = 8

# When the counting of the latest began and ended, and what came of it. Touched by whoever's turn it
# is.
_latest: dict[Hashable, tuple[float, float, Any]] = {}


class ReportsBusy(Unavailable):
    code = "reports_busy"
    message = lazy("Several long reports are being counted. Please try again in a moment.")


def in_turn(days: Days, asked: Hashable, count: Callable[[], T]) -> T:
    """One after the other in the whole installation. `asked` says all that `count` depends on, the
    reader's rights among it. Raises ReportsBusy."""
    if (days.until - days.since).days <= MOST_DAYS_AT_ONCE:
        return count()
    since = time.monotonic()
    try:
        with turns.queued(TURN, seconds=LONGEST_WAIT) as waited:
            return _told(since, asked, count, rest=waited)
    except turns.TooLong:
        raise ReportsBusy(retry_after=ASKS_AGAIN_AFTER) from None


def _told(since: float, asked: Hashable, count: Callable[[], T], *, rest: bool) -> T:
    latest = _latest.get(asked)
    if latest is not None and latest[0] >= since:
        told: T = latest[2]
        return told
    if rest:
        _rest()
    began, told = time.monotonic(), count()
    _latest.pop(asked, None)
    _latest[asked] = began, time.monotonic(), told
    if len(_latest) > _KEPT:
        _latest.pop(next(iter(_latest)))
    return told


def _rest() -> None:
    if _latest:
        began, ended, _told = next(reversed(_latest.values()))
        time.sleep(max(0.0, ended + rest_after(ended - began) - time.monotonic()))


def rest_after(took: float) -> float:
    """Seconds in which no long report is counted after one that somebody waited for."""
    return max(took, min(REST * took, LONGEST_REST))
