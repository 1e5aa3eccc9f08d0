"""When and how much a UPI AutoPay mandate may be debited. Pure.

NPCI, August 2025: executed before 10:00, from 13:00 to 17:00 and after 21:30, Indian time;
announced at least 24 hours before; up to 15,000 INR without a second factor.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.core.money import Money

ZONE = ZoneInfo("Asia/Kolkata")
NOTICE = timedelta(hours=24)
LIMIT = Money(Decimal(15_000), "INR")

# Half-open, in local time; the last one ends with the day.
WINDOWS = ((time(0), time(10)), (time(13), time(17)), (time(21, 30), None))


def next_time(moment: datetime, zone: ZoneInfo = ZONE) -> datetime:
    """The first moment, at `moment` (aware) or after it, that lies in a window."""
    local = moment.astimezone(zone)
    clock_face = local.time()
    for opens, closes in WINDOWS:
        if clock_face < opens:
            return max(moment, _at(local, opens, zone))
        if closes is None or clock_face < closes:
            return moment
    raise AssertionError("the last window ends with the day")


def needs_second_factor(amount: Money) -> bool:
    return amount.currency == LIMIT.currency and amount > LIMIT


def _at(local: datetime, opens: time, zone: ZoneInfo) -> datetime:
    """That day's opening. Where the clocks skip it, the first moment after the gap.

    Through UTC: a wall clock that does not exist is read with the offset from before the gap.
    """
    opening = datetime.combine(local.date(), opens, tzinfo=zone)
    utc = opening.astimezone(ZoneInfo("UTC"))
    return utc.astimezone(zone)
