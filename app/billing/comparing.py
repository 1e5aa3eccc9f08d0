"""Why a bill is higher or lower than the one before: what changed, to the last cent. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.billing.models import Charge, ChargeKind


class Cause(StrEnum):
    NEW_LINE = "new_line"
    LINE_GONE = "line_gone"
    PLAN_CHANGED = "plan_changed"
    PRICE = "price"
    PART = "part"  # days of a month, on one of the two bills only
    ADD_ON = "add_on"
    OVERAGE = "overage"
    ROAMING = "roaming"
    LATE_USAGE = "late_usage"  # of a period that was billed before
    DISCOUNT_LOST = "discount_lost"
    DISCOUNT_NEW = "discount_new"
    CREDIT = "credit"
    TAX = "tax"  # and whatever else is on no charge


@dataclass(frozen=True, slots=True)
class Change:
    """What one cause makes of the difference; `amount` above zero is more to pay.

    `number` is the line's, None for the account. `names` are plans (old, new), an add-on, a
    discount or a kind of usage.
    """

    cause: Cause
    amount: Decimal
    number: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill as it is compared. `abroad` is what usage abroad made of its charges for usage, by
    line and kind."""

    charges: Sequence[Charge]
    total: Decimal
    abroad: Mapping[tuple[UUID, str], Decimal] = field(default_factory=dict)


_PLAN = {ChargeKind.RECURRING, ChargeKind.PRORATED_CREDIT, ChargeKind.PRORATED_CHARGE}


def changes(now: Billed, before: Billed) -> list[Change]:
    """Their amounts sum to the difference of the totals; the weightiest comes first, those that
    speak for the difference before those against it."""
    found = [each for each in _all(now, before) if each.amount]
    explained = sum((each.amount for each in found), Decimal(0))
    difference = now.total - before.total
    if rest := difference - explained:
        found.append(Change(Cause.TAX, rest))
    up = difference >= 0
    return sorted(found, key=lambda each: ((each.amount > 0) is not up, -abs(each.amount)))


def _all(now: Billed, before: Billed) -> Iterator[Change]:
    mine, theirs = _by_line(now.charges), _by_line(before.charges)
    for line in dict.fromkeys([*mine, *theirs]):
        new, old = mine.get(line, []), theirs.get(line, [])
        if line is not None and not old:
            yield Change(Cause.NEW_LINE, _sum(new), _number(new))
        elif line is not None and not new:
            yield Change(Cause.LINE_GONE, -_sum(old), _number(old))
        else:
            yield from _of_line(new, old, now, before)


def _of_line(
    new: Sequence[Charge], old: Sequence[Charge], now: Billed, before: Billed
) -> Iterator[Change]:
    number = _number([*new, *old])
    extras = {each.description for each in [*new, *old] if each.kind is ChargeKind.ADD_ON}
    yield from _of_plan(_plans(new, extras), _plans(old, extras), number)
    for name in sorted(extras):
        amount = _sum(_extras(new, name)) - _sum(_extras(old, name))
        yield Change(Cause.ADD_ON, amount, number, (name,))
    yield from _of_usage(new, old, now, before, number)
    off = _sum(_of(new, ChargeKind.DISCOUNT)) - _sum(_of(old, ChargeKind.DISCOUNT))
    lost = off > 0
    named = _of(old, ChargeKind.DISCOUNT) if lost else _of(new, ChargeKind.DISCOUNT)
    cause = Cause.DISCOUNT_LOST if lost else Cause.DISCOUNT_NEW
    yield Change(cause, off, number, _names(named))
    credit = _sum(_of(new, ChargeKind.CREDIT)) - _sum(_of(old, ChargeKind.CREDIT))
    yield Change(Cause.CREDIT, credit, number)


def _of_plan(new: Sequence[Charge], old: Sequence[Charge], number: str | None) -> Iterator[Change]:
    monthly = _sum(_of(new, ChargeKind.RECURRING)) - _sum(_of(old, ChargeKind.RECURRING))
    parts = _sum(new) - _sum(old) - monthly
    had = _names(_of(old, ChargeKind.RECURRING)) or _names(old)
    has = _names(_of(new, ChargeKind.RECURRING)) or _names(_of(new, ChargeKind.PRORATED_CHARGE))
    if had and has and had != has:
        yield Change(Cause.PLAN_CHANGED, monthly + parts, number, (had[-1], has[-1]))
    elif len(_names(new)) > 1:  # there and back within one month
        yield Change(Cause.PLAN_CHANGED, monthly + parts, number, _names(new)[:2])
    elif bool(_of(new, ChargeKind.RECURRING)) == bool(_of(old, ChargeKind.RECURRING)):
        yield Change(Cause.PRICE, monthly, number, has)
        yield Change(Cause.PART, parts, number, has)
    else:
        yield Change(Cause.PART, monthly + parts, number, has or had)


def _of_usage(
    new: Sequence[Charge], old: Sequence[Charge], now: Billed, before: Billed, number: str | None
) -> Iterator[Change]:
    used_now, used_before = _of(new, ChargeKind.USAGE), _of(old, ChargeKind.USAGE)
    for name in sorted({each.description for each in [*used_now, *used_before]}):
        mine, theirs = _used(used_now, name, now), _used(used_before, name, before)
        for cause in (Cause.OVERAGE, Cause.ROAMING, Cause.LATE_USAGE):
            yield Change(cause, mine[cause] - theirs[cause], number, (name,))


def _used(charges: Iterable[Charge], name: str, bill: Billed) -> dict[Cause, Decimal]:
    """What usage of one kind costs: at home, abroad, and of closed bills' periods."""
    some = [each for each in charges if each.description == name]
    late = _sum(each for each in some if each.because["prior"])
    own = _sum(some) - late
    line_id = some[0].line_id if some else None
    known = bill.abroad.get((line_id, name), Decimal(0)) if line_id else Decimal(0)
    abroad = max(Decimal(0), min(known, own))
    return {Cause.OVERAGE: own - abroad, Cause.ROAMING: abroad, Cause.LATE_USAGE: late}


def _by_line(charges: Iterable[Charge]) -> dict[UUID | None, list[Charge]]:
    found: dict[UUID | None, list[Charge]] = {}
    for charge in charges:
        found.setdefault(charge.line_id, []).append(charge)
    return found


def _plans(charges: Iterable[Charge], extras: set[str]) -> list[Charge]:
    return [each for each in charges if each.kind in _PLAN and each.description not in extras]


def _extras(charges: Iterable[Charge], name: str) -> list[Charge]:
    """An add-on by the month begins and ends with parts of a month, as plans do."""
    kinds = {*_PLAN, ChargeKind.ADD_ON}
    return [each for each in charges if each.description == name and each.kind in kinds]


def _of(charges: Iterable[Charge], kind: ChargeKind) -> list[Charge]:
    return [each for each in charges if each.kind is kind]


def _names(charges: Iterable[Charge]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.description for each in charges))


def _number(charges: Iterable[Charge]) -> str | None:
    return next((each.because["number"] for each in charges if "number" in each.because), None)


def _sum(charges: Iterable[Charge]) -> Decimal:
    return sum((each.amount for each in charges), Decimal(0))
