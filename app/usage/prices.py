"""What a prepaid line pays for a period of its plan: the price, less its account's discounts.

Plans are reduced and add-ons are not, as on bills. What is off a month is shared by the account's
prepaid lines as if they were on one bill, and each has its part when it pays. A plan of so many
days is that part of a month of 30.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.catalog.discounts import Item, Rule, by_item, discounts_for
from app.catalog.eligibility import Facts, Held
from app.catalog.models import Mode, OfferKind, OfferVersion
from app.core.money import Money, Rounding, total
from app.markets.queries import market as market_of
from app.subscriptions.discounts import rules_of
from app.subscriptions.facts import facts_of, with_plan
from app.subscriptions.models import Line


@dataclass(frozen=True, slots=True)
class Off:
    """What one discount takes off, above zero."""

    code: str
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Price:
    full: Money
    off: tuple[Off, ...] = ()

    @property
    def due(self) -> Money:
        return self.full - total((each.amount for each in self.off), self.full.currency)


def price_of(line: Line, version: OfferVersion, at: datetime) -> Price:
    """What a prepaid line would pay at a moment for a period of this plan or for this add-on."""
    return prices_of([(line, version)], at)[line.id]


def prices_of(wanted: Sequence[tuple[Line, OfferVersion]], at: datetime) -> dict[UUID, Price]:
    """Of each line, in four statements a market at most."""
    found = {line.id: Price(version.price_money) for line, version in wanted}
    by_market: dict[str, list[tuple[Line, OfferVersion]]] = defaultdict(list)
    for line, version in wanted:
        if version.offer.kind is OfferKind.PLAN and version.price:
            by_market[line.market_code].append((line, version))
    for code, plans in by_market.items():
        ids = sorted({line.account_id for line, _version in plans})
        rules = rules_of(ids, code, at)
        facts = facts_of([each for each in ids if rules[each]], at) if any(rules.values()) else {}
        rounding = market_of(code).policies_at(at).money_rounding
        for line, version in plans:
            if line.account_id in facts:
                known = with_plan(facts[line.account_id], line.id, version)
                found[line.id] = reduced(line.id, version, known, rules[line.account_id], rounding)
    return found


def reduced(
    line_id: UUID, version: OfferVersion, facts: Facts, rules: Sequence[Rule], rounding: Rounding
) -> Price:
    """By facts in which the line has this plan."""
    return Price(version.price_money, off_for(line_id, facts, rules, rounding))


def off_for(
    line_id: UUID, facts: Facts, rules: Sequence[Rule], rounding: Rounding
) -> tuple[Off, ...]:
    """What the account's discounts take off a period of the plan that the line has."""
    items = [
        _item(held, pays=held.line_id == line_id)
        for held in facts.lines
        if held.mode is Mode.PREPAID
    ]
    found = by_item(discounts_for(rules, facts, items, rounding))
    return tuple(Off(applied.rule.code, applied.rule.name, share) for _key, applied, share in found)


def _item(held: Held, *, pays: bool) -> Item:
    return Item(
        key=str(held.line_id),
        line_id=held.line_id,
        name=held.name,
        service=held.service,
        offer_code=held.offer_code,
        amount=held.price if pays else Money.zero(held.price.currency),
        whole=held.price_of_month,
    )
