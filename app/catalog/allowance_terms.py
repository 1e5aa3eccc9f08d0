"""What an offer version says of its allowances beyond their size, under `rates["buckets"]`.

`{"data": {"priority": 1, "rollover": {"min": 0, "max": 5000000000}, "throttle": true,
"hours": [{"name": "night", "quantity": 300000000, "since": "18:00", "until": "00:00"}]}}`; one for
use abroad says where it is good, `"networks": ["208", "26"]`, and is not for use at home.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from app.catalog.models import UsageKind

_PRIORITY_OF_HOURS = 0
_LAST_PRIORITY = 10_000
# Bytes, seconds or messages: so that sums of many fit into the database's whole numbers.
MOST_UNITS = 10**15


@dataclass(frozen=True, slots=True)
class Rollover:
    """How many units of what is left go on into the next period: at least and at most."""

    minimum: int = 0
    maximum: int = 0


@dataclass(frozen=True, slots=True)
class HourAllowance:
    """Units for some hours of each day, half-open in the subscriber's time; midnight ends a day."""

    name: str
    quantity: int | None
    since: time
    until: time
    priority: int


@dataclass(frozen=True, slots=True)
class AllowanceTerms:
    """`rollover` None leaves it to the market; `throttles` slows the line down at the end.

    `networks` are what the visited networks begin with that it is good in; none is at home.
    """

    priority: int | None = None
    rollover: Rollover | None = None
    throttles: bool = False
    hours: tuple[HourAllowance, ...] = ()
    networks: tuple[str, ...] = ()


def terms_of(rates: Mapping[str, Any], kind: UsageKind) -> AllowanceTerms:
    """Raises KeyError, TypeError and ValueError for what `rates.checked` would not let in."""
    written = rates.get("buckets", {}).get(kind.value, {})
    priority, rollover = written.get("priority"), written.get("rollover")
    return AllowanceTerms(
        priority=None if priority is None else whole(priority, most=_LAST_PRIORITY),
        rollover=None if rollover is None else rollover_of(rollover),
        throttles=truth(written.get("throttle", False)),
        hours=tuple(_hours(each) for each in written.get("hours", ())),
        networks=tuple(_network(each) for each in written.get("networks", ())),
    )


def rollover_of(written: Mapping[str, Any]) -> Rollover:
    limits = Rollover(whole(written.get("min", 0)), whole(written["max"]))
    if limits.minimum > limits.maximum:
        raise ValueError(written)
    return limits


def whole(value: Any, *, most: int = MOST_UNITS) -> int:
    """From 0 on. Raises ValueError for whatever the database would not read as the same number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(value)
    return value


def truth(value: Any) -> bool:
    """Raises ValueError for words: "false" would be taken for true."""
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - as for every other fault
    return value


def time_of_day(written: str) -> time:
    """As the subscriber's clock says it; the end of a day is written as 24:00 or as midnight."""
    read = time() if written in {"24:00", "24:00:00"} else time.fromisoformat(written)
    if read.tzinfo is not None:
        raise ValueError(written)
    return read


def check(rates: Mapping[str, Any]) -> None:
    """Raises as `terms_of` does; names of hours must differ, so that each has its bucket."""
    for name in rates.get("buckets", {}):
        hours = terms_of(rates, UsageKind(name)).hours
        if len({each.name for each in hours}) < len(hours):
            raise ValueError


def _network(written: str) -> str:
    if not (written.isascii() and written.isdigit()):
        raise ValueError(written)
    return written


def _hours(written: Mapping[str, Any]) -> HourAllowance:
    quantity = written["quantity"]
    made = HourAllowance(
        name=str(written["name"]),
        quantity=None if quantity is None else whole(quantity),
        since=time_of_day(written["since"]),
        until=time_of_day(written["until"]),
        priority=whole(written.get("priority", _PRIORITY_OF_HOURS), most=_LAST_PRIORITY),
    )
    if not made.name:
        raise ValueError(written)
    return made
