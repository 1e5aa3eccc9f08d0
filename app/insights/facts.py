"""What is counted, each by a number that rollups keep, and the buckets of lengths of time. Pure."""

from collections.abc import Mapping
from enum import IntEnum

# Upper bounds in seconds, each belonging to its bucket: bucket 0 is up to 1 s, bucket 1 above 1 s
# and up to 2 s, …, the last whatever is above 30 days. Histograms are merged by adding counts.
BOUNDS = (
    1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700,
    3600, 5400, 7200, 10800, 14400, 21600, 28800, 43200, 64800, 86400, 129600, 172800, 259200,
    345600, 432000, 604800, 864000, 1209600, 1814400, 2592000,
)  # fmt: skip
BOUNDS_MS = tuple(bound * 1000 for bound in BOUNDS)


class Fact(IntEnum):
    """A number never changes its meaning: rows of years are kept under it."""

    # Of tickets, in the hour in which they were opened.
    OPENED = 1
    RESPONSE = 2
    RESPONDED_IN_TIME = 3
    RESPONDED_LATE = 4
    ANSWER = 5
    ABANDONED = 6
    # In the hour of their first solution.
    SOLVED = 10
    REOPENED = 11
    FIRST_CONTACT = 12
    # In the hour of the solution that holds.
    RESOLVED = 20
    RESOLVED_IN_TIME = 21
    RESOLVED_LATE = 22
    HANDLE = 23
    WRAP = 24
    TRANSFERRED = 25
    # Of talks.
    STARTED = 40
    WITH_BOT = 41
    HANDED_OVER = 42
    # Of what customers answered, by points; and of how many were asked and answered.
    CSAT = 50
    ASKED = 53
    REPLIED = 54
    CSAT_MAILED = 55  # answered by mail or SMS, not in the chat
    NPS = 56
    CES = 57
    # Of agents' time.
    STAFFED = 60
    BUSY = 61
    # What was open at a midnight, by age.
    BACKLOG = 70


# Which facts each set of statements writes.
OF_CASES = range(1, 40)
OF_TALKS = range(40, 53)
OF_SURVEYS = range(53, 60)
OF_TIME = range(60, 70)
OF_BACKLOG = range(70, 80)


def bucket_of(milliseconds: int) -> int:
    """The bucket that a length belongs to."""
    return sum(1 for bound in BOUNDS_MS if milliseconds > bound)


def quantile(buckets: Mapping[int, int], share: float) -> float | None:
    """The length in seconds below which a share of them lies, from their counts by bucket.

    Within a bucket lengths are taken as evenly spread, so the figure is off by no more than the
    bucket is wide; above the last bound it is that bound. None of nothing.
    """
    rank = share * sum(buckets.values())
    if not rank:
        return None
    passed = 0
    for bucket in sorted(buckets):
        count = buckets[bucket]
        if count and passed + count >= rank:
            low = BOUNDS[bucket - 1] if bucket else 0
            high = BOUNDS[bucket] if bucket < len(BOUNDS) else low
            return low + (high - low) * (rank - passed) / count
        passed += count
    return None


def share_within(buckets: Mapping[int, int], seconds: int) -> int:
    """How many took at most so long; `seconds` is one of BOUNDS, so that it is exact."""
    last = BOUNDS.index(seconds)
    return sum(count for bucket, count in buckets.items() if bucket <= last)
