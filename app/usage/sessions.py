"""A session that lasts across moments at which something changes, cut into parts there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

_TICK = timedelta(microseconds=1)


def cut(
    started_at: datetime, ended_at: datetime, quantity: int, cuts: Iterable[datetime]
) -> list[tuple[datetime, int]]:
    """(moment, units) of each part, in proportion to its time; the parts sum to `quantity`."""
    inside = sorted({each for each in cuts if started_at < each < ended_at})
    if not inside:
        return [(started_at, quantity)]
    whole = (ended_at - started_at) // _TICK
    parts, given = [], 0
    for begin, end in pairwise([started_at, *inside, ended_at]):
        until = (2 * quantity * ((end - started_at) // _TICK) + whole) // (2 * whole)
        parts.append((begin, until - given))
        given = until
    return parts
