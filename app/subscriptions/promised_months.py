"""How long the months of a promotion last. No session, no clock."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def ends_after(since: datetime, months: int, *, timezone: str, billing_day: int) -> datetime:
    """The same day of its time zone so many months later, or the last of a shorter month.

    As many of an account's months, which begin on its `billing_day` or the last of a shorter
    month, begin from that day on and before the end: one that begins on the very day that stands
    for a later one is the last of them.
    """
    local = since.astimezone(ZoneInfo(timezone))
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    end = local.replace(year=year, month=month + 1, day=min(local.day, last))
    if last <= billing_day < local.day:
        end += timedelta(days=1)
    return end.astimezone(UTC)
