"""What a month would cost: the plans an account has and might have, with each discount told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from app.billing.models import PlanChangeQuote
from app.billing.policies import policies_of
from app.billing.taxes import Taxed, tax_lines
from app.catalog import queries as catalog
from app.catalog.discounts import Applied, Item, Rule, by_item, discounts_for
from app.catalog.eligibility import Facts, conditions_of, reasons_against
from app.catalog.errors import DiscountUnknown, OfferNotAvailable
from app.catalog.models import Discount, Mode, OfferKind, OfferVersion
from app.core import clock, db
from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money, Rounding, total
from app.customers.access import account_for
from app.markets.models import Market
from app.markets.queries import market as market_of
from app.subscriptions.discounts import rules_of
from app.subscriptions.facts import facts_of, with_plan
from app.subscriptions.models import Line
from app.usage.prices import off_for, reduced


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why something that was asked for cannot be had."""

    what: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A month in advance. `items` may be reduced; `extras` are add-ons, which are not, and prepaid
    plans as their lines pay for them."""

    items: Sequence[Item]
    extras: Sequence[tuple[str, Money]]
    discounts: Sequence[Applied]
    taxed: Taxed
    hindrances: Sequence[Hindrance]


def simulate(
    account_id: UUID,
    offer_version_ids: Sequence[UUID],
    code: str = "",
    *,
    by: Actor,
    at: datetime | None = None,
) -> Simulation:
    """What the account would pay a month with these plans and add-ons besides what it has.

    A code counts as if it were taken now, were it not for what is against it. Raises
    OfferNotAvailable for what is not sold in the account's market, and as `account_for` does.
    """
    account = account_for(by, account_id, "catalog.read")
    moment = at or clock.now()
    market = market_of(account.market_code)
    facts = facts_of([account.id], moment)[account.id]
    chosen = [catalog.version_on_sale(each, moment) for each in offer_version_ids]
    hindrances = [
        Hindrance(version.offer.name, reasons)
        for version in chosen
        if (reasons := _reasons(version, market, facts))
    ]
    plans = [(new_id(), each) for each in chosen if each.offer.kind is OfferKind.PLAN]
    then = facts
    for line_id, version in plans:
        then = with_plan(then, line_id, version)
    rules = rules_of([account.id], market.code, moment)[account.id]
    if code:
        rule, reasons = _promotion(code, market, moment, facts)
        rules += [rule] if rule else []
        hindrances += [Hindrance(code.strip().upper(), reasons)] if reasons else []
    items = _items(then)
    policies = policies_of(market, moment)
    found = discounts_for(rules, then, items, policies.rounding)
    extras = [
        (each.offer.name, each.price_money)
        for each in chosen
        if each.offer.kind is OfferKind.ADD_ON
    ]
    for line_id, version in plans:
        if version.offer.mode is Mode.PREPAID:
            price = reduced(line_id, version, then, rules, policies.rounding)
            extras.append((version.offer.name, price.due))
    amounts = [*(item.amount for item in items), *(price for _name, price in extras)]
    off = total((each.amount for each in found), account.currency)
    taxed = tax_lines(amounts, policies.tax, account.currency, off)
    return Simulation(items, extras, found, taxed, hindrances)


def price_after_change(quote: PlanChangeQuote) -> Money | None:
    """A month of the quoted plan, after the discounts that the account would have then.

    Prepaid, a period of it, which is what was quoted. None where no discount applies. In catalogue
    prices, as quotes are.
    """
    line = db.session.get_one(Line, quote.line_id)
    if line.mode is Mode.PREPAID:
        return Money(quote.charge, quote.currency) if quote.off else None
    moment, market = clock.now(), market_of(line.market_code)
    rules = rules_of([line.account_id], market.code, moment)[line.account_id]
    if not rules:
        return None
    version = db.session.get_one(OfferVersion, quote.offer_version_id)
    then = with_plan(facts_of([line.account_id], moment)[line.account_id], line.id, version)
    found = discounts_for(rules, then, _items(then), policies_of(market, moment).rounding)
    key = str(line.id)
    shares = [each.shares[key] for each in found if key in each.shares]
    off = total(shares, version.currency)
    return version.price_money - off if off else None


@dataclass(frozen=True, slots=True)
class Loss:
    """What the rest of an account pays more, and the discounts that take less off it then."""

    a_month: Money
    discounts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dearer:
    """What a prepaid line pays for each period of so many days, `before` and more then, and the
    discounts that take less off it then."""

    line_id: UUID
    days: int
    before: Money
    more: Money
    discounts: Sequence[str]

    @property
    def after(self) -> Money:
        return self.before + self.more


def loss_without(line: Line, at: datetime) -> Loss | None:
    """What the account's other bills cost more a month once this line, which was there at a
    moment, has left. None where nothing. In catalogue prices, as quotes are."""
    parting = _Parting.of(line, at)
    if parting is None:
        return None
    lost, less = _lost(*(_off_bills(parting, each) for each in (parting.facts, parting.rest)))
    return Loss(Money(lost, parting.facts.currency), less) if lost > 0 else None


def dearer_without(line: Line, at: datetime) -> list[Dearer]:
    """The account's other prepaid lines that pay more from their next payment on once this line,
    which was there at a moment, has left."""
    parting = _Parting.of(line, at)
    if parting is None:
        return []
    found = []
    for held in parting.rest.lines:
        if held.mode is not Mode.PREPAID:
            continue
        off, then = (
            _by_name(
                (off.name, off.amount)
                for off in off_for(held.line_id, each, parting.rules, parting.rounding)
            )
            for each in (parting.facts, parting.rest)
        )
        lost, less = _lost(off, then)
        if lost > 0:
            paid, more = (
                Money(each, parting.facts.currency)
                for each in (sum(off.values(), Decimal(0)), lost)
            )
            found.append(Dearer(held.line_id, held.days or 1, held.price - paid, more, less))
    return found


@dataclass(frozen=True, slots=True)
class _Parting:
    """An account with a line that leaves, and the `rest` of it."""

    line: Line
    rules: Sequence[Rule]
    facts: Facts
    rest: Facts
    rounding: Rounding

    @classmethod
    def of(cls, line: Line, at: datetime) -> Self | None:
        """None where no discount is offered."""
        market = market_of(line.market_code)
        rules = rules_of([line.account_id], market.code, at)[line.account_id]
        if not rules:
            return None
        facts = facts_of([line.account_id], at)[line.account_id]
        rest = replace(facts, lines=tuple(each for each in facts.lines if each.line_id != line.id))
        return cls(line, rules, facts, rest, policies_of(market, at).rounding)


def _lost(
    before: Mapping[str, Decimal], after: Mapping[str, Decimal]
) -> tuple[Decimal, Sequence[str]]:
    """How much less is off, and the discounts that take less."""
    less = [name for name, off in before.items() if off > after.get(name, 0)]
    return sum(before.values(), Decimal(0)) - sum(after.values(), Decimal(0)), less


def _off_bills(parting: _Parting, facts: Facts) -> Mapping[str, Decimal]:
    """What each discount takes off the bills of the other lines, by its name."""
    found = discounts_for(parting.rules, facts, _items(facts), parting.rounding)
    return _by_name(
        (applied.rule.name, share)
        for key, applied, share in by_item(found)
        if key != str(parting.line.id)
    )


def _by_name(shares: Iterable[tuple[str, Money]]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for name, share in shares:
        found[name] += share.amount
    return found


def _promotion(
    code: str, market: Market, moment: datetime, facts: Facts
) -> tuple[Rule | None, list[str]]:
    """The rule when nothing is against it, else the reasons."""
    try:
        offered: Discount = catalog.promotion(market.code, code, moment)
    except DiscountUnknown as refusal:
        return None, [str(refusal.message)]
    reasons = reasons_against(conditions_of(offered.conditions), facts)
    return (None, reasons) if reasons else (catalog.rule_of(offered), [])


def _reasons(version: OfferVersion, market: Market, facts: Facts) -> list[str]:
    if version.offer.market_code != market.code:
        raise OfferNotAvailable(offer=version.offer.code)
    return reasons_against(conditions_of(version.conditions), facts)


def _items(facts: Facts) -> list[Item]:
    return [
        Item(
            str(held.line_id),
            held.line_id,
            held.name,
            held.service,
            held.offer_code,
            held.price,
            held.price,
        )
        for held in facts.lines
        if held.mode is Mode.POSTPAID
    ]
