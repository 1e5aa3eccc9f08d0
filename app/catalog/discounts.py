"""Which discounts apply to a month's charges, in which order, and how much. No session, no clock.

Discounts that stack are taken in order, each off what those before it left. Of those that do not,
the one that gives most is taken alone, when it gives at least as much as all that stack together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate, pairwise
from typing import Any
from uuid import UUID

from app.catalog.eligibility import ANYBODY, Conditions, Facts, Held, reasons_against
from app.catalog.models import DiscountKind, Service
from app.core.errors import Invalid
from app.core.money import Money, Rounding, total

MOST = 20
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Tier:
    """From a measure on (lines, months, money): `percent` of the price, or `amount` off a month."""

    since: Decimal
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a bundle needs a line of: a service, or one of some plans of it."""

    service: Service
    offers: tuple[str, ...] = ()

    def is_met_by(self, held: Held) -> bool:
        return held.service is self.service and (not self.offers or held.offer_code in self.offers)


@dataclass(frozen=True, slots=True)
class Terms:
    """`services` are those whose charges it reduces, all when empty; `parts` are a bundle's."""

    tiers: tuple[Tier, ...]
    parts: tuple[Part, ...] = ()
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A discount as it is offered. With a `line_id` it is for that line alone."""

    id: UUID
    code: str
    name: str
    kind: DiscountKind
    terms: Terms
    conditions: Conditions = ANYBODY
    stackable: bool = True
    priority: int = 0
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A charge that may be reduced. `amount` is a part of `whole`, the price of the full month.

    Without an amount it is paid elsewhere: it counts, and has its share of what is off a month.
    """

    key: str
    line_id: UUID
    name: str
    service: Service
    offer_code: str
    amount: Money
    whole: Money


@dataclass(frozen=True, slots=True)
class Applied:
    """What a discount takes off, above zero, and how it is spread over the items."""

    rule: Rule
    tier: Tier
    measure: Decimal
    amount: Money
    shares: Mapping[str, Money]


def discounts_for(
    rules: Sequence[Rule], facts: Facts, items: Sequence[Item], rounding: Rounding
) -> list[Applied]:
    """In the order they are taken. No item gets below zero; shares sum to the discount exactly."""
    able = sorted(
        (rule for rule in rules if not reasons_against(rule.conditions, facts)),
        key=lambda rule: (rule.priority, rule.code, str(rule.line_id)),
    )
    stacked = _stacked([rule for rule in able if rule.stackable], facts, items, rounding)
    alone = [
        found
        for rule in able
        if not rule.stackable and (found := _stacked([rule], facts, items, rounding))
    ]
    best = max(alone, key=lambda found: found[0].amount.amount, default=[])
    return best if best and _sum(best) >= _sum(stacked) else stacked


def spread(amount: Money, weights: Sequence[Money], rounding: Rounding) -> list[Money]:
    """`amount` in proportion to the weights, to the cent: the parts sum to it, whatever rounding.

    Where `amount` is no more than the weights together, no part is more than its weight.
    """
    whole = total(weights, amount.currency).amount
    if not whole:
        return [Money.zero(amount.currency) for _ in weights]
    until = [
        Money(amount.amount * so_far / whole, amount.currency).rounded(rounding)
        for so_far in accumulate((weight.amount for weight in weights), initial=Decimal(0))
    ]
    return [after - before for before, after in pairwise(until)]


def measure_of(rule: Rule, facts: Facts, items: Sequence[Item]) -> Decimal | None:
    """What the tiers of a rule are compared with; None where it cannot apply."""
    match rule.kind:
        case DiscountKind.BUNDLE:
            return Decimal(0) if _all_met(rule.terms.parts, facts.lines) else None
        case DiscountKind.VOLUME:
            return sum((item.whole.amount for item in items), Decimal(0))
        case DiscountKind.TENURE:
            return Decimal(facts.tenure_months)
        case DiscountKind.MULTI_LINE:
            wanted = rule.terms.services
            return Decimal(sum(not wanted or held.service in wanted for held in facts.lines))
        case DiscountKind.PROMOTION:
            return Decimal(0)


def terms_of(stored: Mapping[str, Any], kind: DiscountKind) -> Terms:
    """Raises Invalid naming what is wrong: tiers above 100 %, none at all, a bundle of one part."""
    if not set(stored) <= {"tiers", "parts", "services"}:
        raise Invalid(field=min(set(stored) - {"tiers", "parts", "services"}))
    try:
        tiers = tuple(sorted((_tier(each) for each in stored["tiers"]), key=lambda t: t.since))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise Invalid(field="tiers") from None
    distinct = len({tier.since for tier in tiers})
    if not 0 < len(tiers) <= MOST or distinct != len(tiers):
        raise Invalid(field="tiers")
    try:
        parts = tuple(_part(each) for each in stored.get("parts", ()))
        services = tuple(Service(each) for each in stored.get("services", ()))
    except (KeyError, TypeError, ValueError):
        raise Invalid(field="parts") from None
    if (len(parts) < 2) is (kind is DiscountKind.BUNDLE) or len(parts) > MOST:
        raise Invalid(field="parts")
    return Terms(tiers, parts, services)


def stored(terms: Terms) -> dict[str, Any]:
    """As plain JSON."""
    return {
        "tiers": [
            {name: str(value) for name in ("since", "percent", "amount")
             if (value := getattr(tier, name)) is not None}
            for tier in terms.tiers
        ],
        "parts": [
            {"service": part.service.value, "offers": list(part.offers)} for part in terms.parts
        ],
        "services": [each.value for each in terms.services],
    }  # fmt: skip


def _stacked(
    rules: Sequence[Rule], facts: Facts, items: Sequence[Item], rounding: Rounding
) -> list[Applied]:
    left = {item.key: item.amount for item in items}
    found: list[Applied] = []
    for rule in rules:
        if applied := _applied(rule, facts, items, left, rounding):
            found.append(applied)
            left = {key: each - applied.shares.get(key, _zero(each)) for key, each in left.items()}
    return found


def _applied(
    rule: Rule,
    facts: Facts,
    items: Sequence[Item],
    left: Mapping[str, Money],
    rounding: Rounding,
) -> Applied | None:
    measure = measure_of(rule, facts, items)
    reached = [tier for tier in rule.terms.tiers if measure is not None and tier.since <= measure]
    reduced = [item for item in items if left[item.key].amount > 0 and _reduces(rule, item)]
    if measure is None or not reached or not reduced:
        return None
    tier, rest = reached[-1], [left[item.key] for item in reduced]
    elsewhere = [item for item in items if not item.amount and _reduces(rule, item)]
    off = _off(tier, reduced, elsewhere, rest, rounding)
    amount = min(off, total(rest, facts.currency), key=_amount)
    if amount.amount <= 0:
        return None
    shares = spread(amount, rest, rounding)
    keys = (item.key for item in reduced)
    return Applied(rule, tier, measure, amount, dict(zip(keys, shares, strict=True)))


def _off(
    tier: Tier,
    items: Sequence[Item],
    elsewhere: Sequence[Item],
    rest: Sequence[Money],
    rounding: Rounding,
) -> Money:
    """A share of what is left; an amount a month is prorated as the charges are."""
    currency = rest[0].currency
    if tier.percent is not None:
        return Money(total(rest, currency).amount * tier.percent / 100, currency).rounded(rounding)
    charged = total((item.amount for item in items), currency).amount
    whole = total((item.whole for item in (*items, *elsewhere)), currency).amount
    # A whole of a plan sold by days may be a periodic fraction: what it misses is cut off first.
    off = round((tier.amount or Decimal(0)) * charged / whole, 12)
    return Money(off, currency).rounded(rounding)


def _reduces(rule: Rule, item: Item) -> bool:
    if rule.line_id is not None and rule.line_id != item.line_id:
        return False
    if rule.terms.services and item.service not in rule.terms.services:
        return False
    parts = rule.terms.parts
    return not parts or any(
        item.service is part.service and (not part.offers or item.offer_code in part.offers)
        for part in parts
    )


def _all_met(parts: Sequence[Part], lines: Sequence[Held]) -> bool:
    """Whether each part can have a line of its own: one that has a line gives it to another part
    where it finds one elsewhere."""
    holder: dict[int, Part] = {}

    def finds(part: Part, asked: set[int]) -> bool:
        for place, held in enumerate(lines):
            if place not in asked and part.is_met_by(held):
                asked.add(place)
                if place not in holder or finds(holder[place], asked):
                    holder[place] = part
                    return True
        return False

    return all(finds(part, set()) for part in parts)


def _tier(given: Mapping[str, Any]) -> Tier:
    """One of percent (0-100] and amount (above zero)."""
    percent, amount = (_number(given.get(name)) for name in ("percent", "amount"))
    since = _number(given.get("since", "0"))
    if (percent is None) is (amount is None) or since is None or since < 0:
        raise ValueError(given)
    if (percent is not None and not 0 < percent <= 100) or (amount is not None and amount <= 0):
        raise ValueError(given)
    return Tier(since, percent, amount)


def _part(given: Mapping[str, Any]) -> Part:
    offers = tuple(given.get("offers", ()))
    if not all(isinstance(each, str) and 0 < len(each) <= 80 for each in offers):
        raise ValueError(given)
    return Part(Service(given["service"]), offers)


def _number(value: Any) -> Decimal | None:
    if value is None:
        return None
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) > LARGEST or number != round(number, 4):
        raise ValueError(value)
    return number


def _sum(found: Sequence[Applied]) -> Decimal:
    return sum((each.amount.amount for each in found), Decimal(0))


def _amount(money: Money) -> Decimal:
    return money.amount


def _zero(money: Money) -> Money:
    return Money.zero(money.currency)


def by_item(found: Sequence[Applied]) -> Iterator[tuple[str, Applied, Money]]:
    """Each share above zero: the item's key, the discount, and what it takes off there."""
    for applied in found:
        for key, share in applied.shares.items():
            if share:
                yield key, applied, share
