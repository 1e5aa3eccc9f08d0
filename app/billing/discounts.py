"""What discounts take off the recurring charges of a bill, before tax: charges below zero.

Each names the charge it reduces, so found twice it is one. When days of a reduced charge are
credited, the discount on those days is taken back with them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Uuid, any_, literal, select

from app.billing.models import Charge, ChargeKind
from app.billing.periods import Period
from app.billing.recurring import NewCharge
from app.catalog import queries as catalog
from app.catalog.discounts import Applied, Item, Rule, by_item, discounts_for
from app.catalog.eligibility import Facts
from app.core import clock, db
from app.core.money import Money, Rounding
from app.markets.models import Market
from app.subscriptions.facts import facts_of
from app.subscriptions.models import DiscountGrant

_REDUCED = {ChargeKind.RECURRING, ChargeKind.PRORATED_CHARGE}


@dataclass(frozen=True, slots=True)
class Bill:
    """What `charges_of` found for one account when `past` had ended."""

    account_id: UUID
    past: Period
    charges: Sequence[NewCharge]


@dataclass(frozen=True, slots=True)
class _Given:
    """A discount on one charge: `amount` above zero of a charge of `of`."""

    code: str
    name: str
    reduces: str
    amount: Decimal
    of: Decimal


def discount_charges(
    bills: Sequence[Bill], market: Market, rounding: Rounding
) -> Iterator[tuple[UUID, NewCharge]]:
    """(account id, charge) pairs for a batch of bills, in at most five statements.

    The rules, and what an account has, are those of the moment its period ended.
    """
    for at, together in _by_moment(bills, market.timezone).items():
        ids = [bill.account_id for bill in together]
        rules, granted = catalog.discounts_on_offer(market.code, at), _grants(ids)
        facts = facts_of(ids, at) if rules or granted else {}
        given = _given(together)
        for bill in together:
            mine = granted.get(bill.account_id, [])
            found = list(_found(bill, rules, mine, facts.get(bill.account_id), market, rounding))
            yield from ((bill.account_id, charge) for charge, _ in found)
            known = [*given.get(bill.account_id, []), *(each for _, each in found)]
            yield from ((bill.account_id, charge) for charge in _taken_back(bill, known, rounding))


def items_of(charges: Iterable[NewCharge], facts: Facts) -> list[Item]:
    """The charges that may be reduced, as the rules see them: plans, not add-ons or usage."""
    held = {each.line_id: each for each in facts.lines}
    return [
        Item(
            key=charge.effect_key,
            line_id=charge.line_id,
            name=charge.description,
            service=held[charge.line_id].service,
            offer_code=held[charge.line_id].offer_code,
            amount=charge.amount,
            whole=_price(charge),
        )
        for charge in charges
        if charge.kind in _REDUCED and charge.amount.amount > 0 and charge.line_id in held
    ]


def _found(
    bill: Bill,
    rules: Sequence[Rule],
    granted: Sequence[DiscountGrant],
    facts: Facts | None,
    market: Market,
    rounding: Rounding,
) -> Iterator[tuple[NewCharge, _Given]]:
    """Month by month: the days that have passed are another month than those in advance."""
    if facts is None:
        return
    by_key = {charge.effect_key: charge for charge in bill.charges}
    for inside in (True, False):
        month = [each for each in bill.charges if (each.period.start in bill.past) is inside]
        items = items_of(month, facts)
        if not items:
            continue
        begins = min(by_key[item.key].period.start for item in items)
        own = [
            catalog.rule_of(grant.discount, grant.line_id)
            for grant in granted
            if _covers(grant, begins, market.timezone)
        ]
        found = discounts_for([*rules, *own], facts, items, rounding)
        for key, applied, share in by_item(found):
            yield _charge(by_key[key], applied, share)


def _charge(reduced: NewCharge, applied: Applied, share: Money) -> tuple[NewCharge, _Given]:
    rule, tier = applied.rule, applied.tier
    off = {"percent": str(tier.percent)} if tier.percent is not None else {}
    because = {
        "rule": "discount",
        "number": reduced.because["number"],
        "code": rule.code,
        "depends_on": rule.kind.value,
        "measure": str(applied.measure),
        "reduces": reduced.effect_key,
        "plan": reduced.description,
        "of": str(reduced.amount.amount),
        **off,
    }
    charge = NewCharge(
        line_id=reduced.line_id,
        kind=ChargeKind.DISCOUNT,
        description=rule.name,
        amount=-share,
        period=reduced.period,
        because=because,
        effect_key=f"discount:{rule.code}:{reduced.effect_key}",
    )
    given = _Given(rule.code, rule.name, reduced.effect_key, share.amount, reduced.amount.amount)
    return charge, given


def _taken_back(bill: Bill, given: Sequence[_Given], rounding: Rounding) -> Iterator[NewCharge]:
    for credit in bill.charges:
        if credit.kind is not ChargeKind.PRORATED_CREDIT or not credit.amount:
            continue
        subscription = credit.effect_key.removeprefix("end:")
        for each in given:
            if each.reduces not in _charges_of_month(subscription, bill.past):
                continue
            share = each.amount * -credit.amount.amount / each.of
            back = Money(share, credit.amount.currency).rounded(rounding)
            yield NewCharge(
                line_id=credit.line_id,
                kind=ChargeKind.DISCOUNT,
                description=each.name,
                amount=back,
                period=credit.period,
                because={
                    "rule": "discount_back",
                    "number": credit.because["number"],
                    "code": each.code,
                    "plan": credit.description,
                    "given": str(each.amount),
                    "days": credit.because.get("days"),
                    "of": credit.because.get("of"),
                },
                effect_key=f"discount-back:{each.code}:{credit.effect_key}",
            )


def paid_of(price: Money, subscription: UUID, line_id: UUID, month: Period) -> Money:
    """What of the price of a month is paid after the discounts that its bill gave, unrounded."""
    query = select(Charge).where(
        Charge.line_id == line_id,
        Charge.kind == ChargeKind.DISCOUNT,
        Charge.because["rule"].astext == "discount",
        Charge.because["reduces"].astext.in_(_charges_of_month(str(subscription), month)),
        Charge.period_start >= month.start,
        Charge.period_start < month.end,
    )
    off = sum(
        (-each.amount / Decimal(each.because["of"]) for each in db.session.scalars(query)),
        Decimal(0),
    )
    return price * max(Decimal(0), 1 - off)


def _charges_of_month(subscription: str, past: Period) -> tuple[str, str]:
    """What a subscription may have been charged for the month: its start, or the whole of it."""
    return f"start:{subscription}", f"month:{subscription}:{past.start}"


def _given(bills: Sequence[Bill]) -> dict[UUID, list[_Given]]:
    """Discounts of earlier bills on the months that have passed, where days are credited now."""
    crediting = [
        bill
        for bill in bills
        if any(each.kind is ChargeKind.PRORATED_CREDIT for each in bill.charges)
    ]
    if not crediting:
        return {}
    query = select(Charge).where(
        Charge.kind == ChargeKind.DISCOUNT,
        Charge.account_id.in_([bill.account_id for bill in crediting]),
        Charge.period_start >= min(bill.past.start for bill in crediting),
        Charge.invoice_id.is_not(None),
    )
    found: dict[UUID, list[_Given]] = {}
    for charge in db.session.scalars(query.order_by(Charge.effect_key)):
        why = charge.because
        if why["rule"] == "discount":
            found.setdefault(charge.account_id, []).append(
                _Given(
                    why["code"],
                    charge.description,
                    why["reduces"],
                    -charge.amount,
                    Decimal(why["of"]),
                )
            )
    return found


def _grants(account_ids: Sequence[UUID]) -> Mapping[UUID, list[DiscountGrant]]:
    theirs = DiscountGrant.account_id == any_(literal(list(account_ids), ARRAY(Uuid)))
    query = select(DiscountGrant).where(theirs)
    found: dict[UUID, list[DiscountGrant]] = {}
    for grant in db.session.scalars(query.order_by(DiscountGrant.starts_at, DiscountGrant.id)):
        found.setdefault(grant.account_id, []).append(grant)
    return found


def _covers(grant: DiscountGrant, day: date, timezone: str) -> bool:
    zone = ZoneInfo(timezone)
    ended = grant.ends_at is not None and grant.ends_at.astimezone(zone).date() <= day
    return grant.starts_at.astimezone(zone).date() <= day and not ended


def _by_moment(bills: Sequence[Bill], timezone: str) -> dict[datetime, list[Bill]]:
    """By the midnight at which their periods ended: almost always one for a whole batch."""
    found: dict[datetime, list[Bill]] = {}
    for bill in bills:
        found.setdefault(clock.midnight(bill.past.end, timezone), []).append(bill)
    return found


def _price(charge: NewCharge) -> Money:
    price = charge.because["price"]
    return Money.of(price["amount"], price["currency"])
