"""What a market decides about rating, billing and service: each policy typed, with its default.

No session, no clock. Policies are stored as settings, plain JSON; a version holds those it changes.
Settings that one domain alone reads are declared by it (`declare`) and stored beside them.
"""

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, cast
from zoneinfo import available_timezones

from app.core.errors import Invalid
from app.core.money import Rounding

LONGEST_WAIT = 3650  # days
MOST_STEPS = 20


class Interval(StrEnum):
    """Whether the day on which something ends is paid for by what ends, or by what follows."""

    HALF_OPEN = "half_open"
    INCLUSIVE = "inclusive"


class Proration(StrEnum):
    ACTUAL_DAYS = "actual_days"
    FIXED_30 = "fixed_30"


class RateRounding(StrEnum):
    """Once per record, never per increment: the only rule that adds up."""

    PER_RECORD = "per_record"


class TariffBoundary(StrEnum):
    """A call over a change of tariff is split there, or keeps the rate it began with."""

    SPLIT = "split"
    START_RATE = "start_rate"


class TaxRounding(StrEnum):
    PER_INVOICE = "per_invoice"
    PER_LINE = "per_line"


class BucketRule(StrEnum):
    EXPIRY = "expiry"
    PRIORITY = "priority"
    AGE = "age"


class Overage(StrEnum):
    MONEY = "money"
    CARRIED = "carry"


class LateUsage(StrEnum):
    """Rated at the tariff of its own period, on the next bill as a prior period."""

    NEXT_BILL = "next_bill"


class PrepaidTransfer(StrEnum):
    """What goes along when a prepaid line moves to another account, if it may move at all."""

    REFUSED = "refused"
    CREDIT = "credit"
    ALL = "all"


class PortDues(StrEnum):
    """Which unpaid bills keep a number here. What of them is disputed never does."""

    ISSUED = "issued"
    OVERDUE = "overdue"
    NONE = "none"


class Action(StrEnum):
    NOTICE = "notice"
    BLOCK_OUTGOING = "block_outgoing"
    DISCONNECT = "disconnect"


@dataclass(frozen=True, slots=True)
class Step:
    """Taken when a bill is `after_days` past the day it was due; `template` names the words
    of the notice, the usual ones when it is empty."""

    after_days: int
    action: Action
    template: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that the rules of a market may vary. Lengths are days unless named otherwise."""

    timezone: str
    tax_rate: Decimal
    interval: Interval = Interval.HALF_OPEN
    proration: Proration = Proration.ACTUAL_DAYS
    money_rounding: Rounding = Rounding.HALF_UP
    rate_rounding: RateRounding = RateRounding.PER_RECORD
    tariff_boundary: TariffBoundary = TariffBoundary.SPLIT
    tax_inclusive: bool = False
    tax_rounding: TaxRounding = TaxRounding.PER_INVOICE
    tax_halves: tuple[str, ...] = ()
    bucket_order: tuple[BucketRule, ...] = tuple(BucketRule)
    overage: Overage = Overage.MONEY
    due_days: int = 15
    dunning: tuple[Step, ...] = (
        Step(0, Action.NOTICE),
        Step(15, Action.BLOCK_OUTGOING),
        Step(60, Action.DISCONNECT),
    )
    late_usage: LateUsage = LateUsage.NEXT_BILL
    inactive_days: int = 90
    port_active_days: int = 90
    port_sim_days: int = 7
    port_owner_days: int = 90
    port_dues: PortDues = PortDues.ISSUED
    port_code_days: int = 4
    port_cancel_hours: int = 24
    port_hand_over_days: int = 3
    quarantine_days: int = 90
    closure_days: int = 7
    deposit_days: int = 60
    deposit_yearly: Decimal = Decimal("0.1")
    prepaid_transfer: PrepaidTransfer = PrepaidTransfer.ALL


NAMES = tuple(each.name for each in fields(Policies))
# A market's clock cuts the periods that were billed already: it is chosen once, when it opens.
FIXED = frozenset({"timezone"})
_declared: dict[str, Callable[[Any], object]] = {}
# What a reader raises for a value of another shape than it knows.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, InvalidOperation)


def declare(name: str, check: Callable[[Any], object]) -> None:
    """Let a setting be changed that is not a policy of this table: its own domain reads it.

    `check` raises one of `_UNREADABLE`, or Invalid, for a value that it cannot read.
    """
    _declared[name] = check


def declared() -> tuple[str, ...]:
    return tuple(sorted(_declared))


def policies(settings: Mapping[str, Any]) -> Policies:
    """Typed; what is left out has its default. Raises Invalid naming the policy that is wrong."""
    known = {name: value for name, value in settings.items() if name in NAMES}
    return _parsed(json.dumps(known, sort_keys=True))


def check(settings: Mapping[str, Any]) -> None:
    """Raises Invalid for what is no policy, nobody's setting, or not readable as one."""
    for name, value in settings.items():
        if name in NAMES:
            _read(name, value)
        elif name not in _declared:
            raise Invalid(field=name)
        elif value is not None:
            _read_by(_declared[name], name, value)


def stored(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting as plain JSON, defaults filled in; a declared one that is not set is None."""
    chosen = policies(settings)
    return {name: _plain(getattr(chosen, name)) for name in NAMES} | {
        name: settings.get(name) for name in declared()
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs between two settings: {name: (before, after)}."""
    old, new = stored(before), stored(after)
    return {name: (old[name], new[name]) for name in new if old[name] != new[name]}


def folded(opening: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The settings after some changes, the later winning setting by setting; None unsets one."""
    after = functools.reduce(lambda so_far, change: {**so_far, **change}, changes, dict(opening))
    return {name: value for name, value in after.items() if value is not None}


@functools.lru_cache(maxsize=512)
def _parsed(text: str) -> Policies:
    return Policies(**{name: _read(name, value) for name, value in json.loads(text).items()})


def _read(name: str, value: Any) -> Any:
    return _read_by(_READERS[name], name, value)


def _read_by(read: Callable[[Any], Any], name: str, value: Any) -> Any:
    try:
        return read(value)
    except _UNREADABLE:
        raise Invalid(field=name) from None


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LONGEST_WAIT:
        raise ValueError(value)
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


_known_zones = functools.cache(available_timezones)


def _zone(value: Any) -> str:
    if value not in _known_zones():
        raise ValueError(value)
    return str(value)


def _fraction(value: Any) -> Decimal:
    """From 0 up to but not 1, with up to five decimals, as the market's own column."""
    rate = Decimal(str(value))
    if not rate.is_finite() or not 0 <= rate < 1 or rate != rate.quantize(Decimal("0.00001")):
        raise ValueError(value)
    return rate.normalize() if rate else Decimal(0)


def _halves(value: Any) -> tuple[str, ...]:
    """The names of two authorities that share the tax, or none."""
    fits = isinstance(value, list | tuple) and len(value) in {0, 2}
    if not fits or not all(isinstance(name, str) and 0 < len(name) <= 40 for name in value):
        raise ValueError(value)
    return tuple(value)


def _order(value: Any) -> tuple[BucketRule, ...]:
    rules = tuple(BucketRule(each) for each in value)
    if set(rules) != set(BucketRule) or len(rules) != len(BucketRule):
        raise ValueError(value)
    return rules


def _steps(value: Any) -> tuple[Step, ...]:
    """Each action once, and never a milder one after a stronger one."""
    steps = tuple(
        Step(_days(each["after_days"]), Action(each["action"]), _template(each)) for each in value
    )
    actions = [step.action for step in sorted(steps, key=lambda step: step.after_days)]
    if len(steps) > MOST_STEPS or actions != sorted(set(actions), key=list(Action).index):
        raise ValueError(value)
    return tuple(sorted(steps, key=lambda step: step.after_days))


def _template(step: Mapping[str, Any]) -> str:
    name = step.get("template", "")
    if (
        not isinstance(name, str)
        or len(name) > 60
        or not all(c.isalnum() or c == "_" for c in name)
    ):
        raise ValueError(name)
    return name


Reader = Callable[[Any], Any]

# Whole numbers: days, but for `port_cancel_hours`.
DAYS = (
    "due_days",
    "inactive_days",
    "port_active_days",
    "port_sim_days",
    "port_owner_days",
    "port_code_days",
    "port_cancel_hours",
    "port_hand_over_days",
    "quarantine_days",
    "closure_days",
    "deposit_days",
)
_READERS: dict[str, Reader] = {
    "timezone": _zone,
    "tax_rate": _fraction,
    "interval": Interval,
    "proration": Proration,
    "money_rounding": Rounding,
    "rate_rounding": RateRounding,
    "tariff_boundary": TariffBoundary,
    "tax_inclusive": _truth,
    "tax_rounding": TaxRounding,
    "tax_halves": _halves,
    "bucket_order": _order,
    "overage": Overage,
    "dunning": _steps,
    "late_usage": LateUsage,
    "deposit_yearly": _fraction,
    "port_dues": PortDues,
    "prepaid_transfer": PrepaidTransfer,
} | dict.fromkeys(DAYS, cast("Reader", _days))


def choices(name: str) -> tuple[StrEnum, ...]:
    """The values of a policy that is one of a few; none for the others."""
    reader = _READERS[name]
    return tuple(reader) if isinstance(reader, type) and issubclass(reader, StrEnum) else ()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Step):
        return {"after_days": value.after_days, "action": value.action.value} | (
            {"template": value.template} if value.template else {}
        )
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, Decimal) else value
