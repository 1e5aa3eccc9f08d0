"""When a time zone's clock is put forward or back. No session, no clock."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=4096)
def change_on(day: date, timezone: str) -> datetime | None:
    """The moment, in UTC, of a change after a day's midnight and until the next one; mostly none.

    Hours that begin in a time of day which is skipped begin then, and hours that are left by
    going back end then: no time of day in them says so.
    """
    zone = ZoneInfo(timezone)
    before, after = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return None
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
