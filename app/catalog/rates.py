"""The prices of use beyond the allowances, as they are written in an offer version's `rates`.

`{"voice": {"per": 60, "price": "0.60", …}, "data": …, "zones": {"1": "north_america", …}}`; each
kind may have steps by length, windows by hour and day, and other prices for zones of numbers.
`"roaming": {"markup": "0.15", "networks": {"208": "europe"}, "zones": {"europe": {"voice": …}}}`
prices use abroad; what allowances do besides, `"buckets"`, is read by `allowance_terms`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from app.catalog import allowance_terms
from app.catalog.allowance_terms import truth, whole
from app.catalog.models import UsageKind
from app.core.errors import Invalid

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
# What a zone abroad says when use there is as at home.
AS_AT_HOME = "home"
_MIDNIGHT = time(0)
_NOT_KINDS = ("zones", "roaming", "buckets")
_OF_STEP = {"after", "per", "price", "minimum", "increment"}
_OF_RATE = {*_OF_STEP, "connect", "steps"}
_OF_WINDOW = {*_OF_RATE, "days", "holidays", "since", "until"}
_OF_TARIFF = {*_OF_RATE, "windows", "zones", "free_below", "concat_within", "allowance"}
_LONGEST_PAUSE = 86_400
_LARGEST_STEP = 10**12
# As Python and the database read alike.
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """From `after` units of one use on: `price` for every `per` units (bytes, seconds, messages).

    Counted in the rule min/inc: at least `minimum` units and then in steps of `increment`.
    """

    price: Decimal
    per: int = 60
    minimum: int = 1
    increment: int = 1
    after: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A fee for being connected, then steps by length, the first from 0 on."""

    steps: tuple[Step, ...]
    connect: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Window:
    """When a rate holds: these weekdays (0 is Monday), or holidays, from `since` until `until`.

    Times of day, half-open; `until` midnight is the end of the day, and `until` before `since`
    is the next morning: its hours then belong to the day that they are on.
    """

    rate: Rate
    days: frozenset[int] = EVERY_DAY
    holidays: bool = False
    since: time = _MIDNIGHT
    until: time = _MIDNIGHT

    def holds(self, local: datetime, *, holiday: bool) -> bool:
        day = holiday if self.holidays else local.weekday() in self.days
        return day and within_hours(local.time(), self.since, self.until)


@dataclass(frozen=True, slots=True)
class Tariff:
    """`rate` holds where no window does.

    Calls shorter than `free_below` seconds cost nothing; calls to one number that follow each
    other within `concat_within` seconds are one call. Allowances do not count for it where
    `allowance` is false, as for calls to other continents.
    """

    rate: Rate
    windows: tuple[Window, ...] = ()
    free_below: int = 0
    concat_within: int = 0
    allowance: bool = True

    @property
    def rates(self) -> Iterator[Rate]:
        yield self.rate
        for window in self.windows:
            yield window.rate


def within_hours(moment: time, since: time, until: time) -> bool:
    """Whether a time of day is in [since, until), which may go over midnight."""
    if until == _MIDNIGHT:
        return moment >= since
    if until <= since:
        return moment >= since or moment < until
    return since <= moment < until


def tariff_of(
    rates: Mapping[str, Any], kind: UsageKind, number: str | None = None
) -> Tariff | None:
    """The tariff for this kind of use, in the zone of the other party's number.

    None where nothing beyond the allowance is charged. Raises KeyError, TypeError and ValueError
    for what `checked` would not have let in.
    """
    written = rates.get(kind.value)
    if written is None:
        return None
    zone = zone_of(number, rates.get("zones", {})) if number else None
    if zone in written.get("zones", {}):
        written = written["zones"][zone]
    return _tariff(written)


def tariff_abroad(rates: Mapping[str, Any], kind: UsageKind, network: str) -> Tariff | str | None:
    """The tariff in the zone of a visited network (its country and network code); allowances do
    not count there unless it says so.

    AS_AT_HOME where it is no different; None where the offer has no price of its own for it.
    """
    roaming = rates.get("roaming", {})
    zone = zone_of(network, roaming.get("networks", {}))
    written = roaming.get("zones", {}).get(zone, {}).get(kind.value)
    if written is None:
        return None
    if written == AS_AT_HOME:
        return AS_AT_HOME
    return _tariff({"allowance": False, **written})


def markup_of(rates: Mapping[str, Any]) -> Decimal:
    """What is added to a visited network's charge: 0.15 is fifteen per cent."""
    return Decimal(str(rates.get("roaming", {}).get("markup", 0)))


def zone_of(number: str, zones: Mapping[str, str]) -> str | None:
    """The zone of the longest prefix that a number in E.164 begins with; None for none."""
    digits = number.removeprefix("+")
    matching = [prefix for prefix in zones if digits.startswith(prefix)]
    return zones[max(matching, key=len)] if matching else None


def checked(rates: Mapping[Any, Any]) -> dict[str, Any]:
    """As they are stored. Raises Invalid for unknown kinds, prices below zero, units that are no
    whole numbers, and empty steps."""
    try:
        stored = {str(name): _with_text(written) for name, written in rates.items()}
        kinds = {name: written for name, written in stored.items() if name not in _NOT_KINDS}
        named = {UsageKind(name).value: written for name, written in kinds.items()}
        for written in named.values():
            for each in (written, *written.get("zones", {}).values()):
                _check(each)
        _check_zones(stored.get("zones", {}), kinds)
        _check_roaming(stored)
        allowance_terms.check(stored)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid(field="rates") from None
    return named | {name: stored[name] for name in _NOT_KINDS if stored.get(name)}


def _check(written: Mapping[str, Any]) -> None:
    _check_names(written)
    for rate in _tariff(written).rates:
        begins = [each.after for each in rate.steps]
        if begins[0] != 0 or begins != sorted(set(begins)):
            raise ValueError
        if any(min(each.per, each.minimum, each.increment) < 1 for each in rate.steps):
            raise ValueError


def _check_names(written: Mapping[str, Any]) -> None:
    """A name that nobody reads is a slip, and would leave the price as it is without it."""
    windows = written.get("windows", ())
    steps = [step for each in (written, *windows) for step in each.get("steps", ())]
    unknown = set(written) - _OF_TARIFF
    unknown |= {name for each in windows for name in each} - _OF_WINDOW
    unknown |= {name for each in steps for name in each} - _OF_STEP
    if unknown:
        raise ValueError(unknown)


def _check_zones(zones: Mapping[str, str], kinds: Mapping[str, Any]) -> None:
    priced = {zone for written in kinds.values() for zone in written.get("zones", {})}
    if not all(prefix.isdigit() for prefix in zones) or not priced <= set(zones.values()):
        raise ValueError


def _check_roaming(rates: Mapping[str, Any]) -> None:
    roaming = rates.get("roaming", {})
    networks, zones = roaming.get("networks", {}), roaming.get("zones", {})
    _check_zones(networks, {"roaming": {"zones": zones}})
    for written in zones.values():
        for name, each in written.items():
            if UsageKind(name) and each != AS_AT_HOME:
                _check(each)


def _tariff(written: Mapping[str, Any]) -> Tariff:
    return Tariff(
        rate=_rate(written),
        windows=tuple(_window(each) for each in written.get("windows", ())),
        free_below=whole(written.get("free_below", 0)),
        concat_within=whole(written.get("concat_within", 0), most=_LONGEST_PAUSE),
        allowance=truth(written.get("allowance", True)),
    )


def _rate(written: Mapping[str, Any]) -> Rate:
    steps = (_step(written), *(_step(each) for each in written.get("steps", ())))
    return Rate(steps, Decimal(str(written.get("connect", 0))))


def _step(written: Mapping[str, Any]) -> Step:
    return Step(
        price=Decimal(str(written["price"])),
        per=whole(written["per"]),
        minimum=whole(written.get("minimum", 1), most=_LARGEST_STEP),
        increment=whole(written.get("increment", 1), most=_LARGEST_STEP),
        after=whole(written.get("after", 0)),
    )


def _window(written: Mapping[str, Any]) -> Window:
    days = frozenset(written.get("days", EVERY_DAY))
    if not days <= EVERY_DAY:
        raise ValueError
    return Window(
        rate=_rate(written),
        days=days,
        holidays=truth(written.get("holidays", False)),
        since=allowance_terms.time_of_day(written.get("since", "00:00")),
        until=allowance_terms.time_of_day(written.get("until", "00:00")),
    )


def _with_text(written: Any) -> Any:
    """Prices as text, so that no JSON makes floats of them."""
    if isinstance(written, Mapping):
        return {
            name: _price(value) if name in {"price", "connect", "markup"} else _with_text(value)
            for name, value in written.items()
        }
    if isinstance(written, list | tuple | set | frozenset):
        return [_with_text(each) for each in written]
    return written


def _price(value: Any) -> str:
    """Not below zero, and neither larger nor finer than anything that is sold."""
    text = str(value)
    if not _PRICE.fullmatch(text):
        raise ValueError(text)
    return text
