"""Which charges a plan or add-on causes in a period, from its dates alone: no session, no clock.

A charge's effect key names the cause, so the same charge found twice is one charge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.billing.models import ChargeKind
from app.billing.periods import Period, unpaid_from
from app.billing.policies import Policies
from app.billing.proration import days_left, share
from app.core.money import Money


@dataclass(frozen=True, slots=True)
class Term:
    """A plan or add-on on a postpaid line, in days of the market; `ends_on` is not part of it.

    `once` is an add-on with a fixed validity: paid at its start and not by the month.
    `succeeds` says that another plan of the line ended as this one began.
    """

    subscription_id: UUID
    line_id: UUID
    number: str
    name: str
    price: Money
    starts_on: date
    ends_on: date | None = None
    add_on: bool = False
    once: bool = False
    succeeds: bool = False


@dataclass(frozen=True, slots=True)
class NewCharge:
    line_id: UUID | None
    kind: ChargeKind
    description: str
    amount: Money
    period: Period
    because: dict[str, Any]
    effect_key: str


def charges_of(
    term: Term, past: Period, following: Period, policies: Policies
) -> Iterator[NewCharge]:
    """Everything due when `past` has ended: its starts and ends, and `following` in advance."""
    if term.starts_on in past:
        yield start_charge(term, past, policies)
    if term.ends_on is not None and term.ends_on in past and not term.once:
        yield end_credit(term, term.ends_on, past, policies)
    runs_on = term.ends_on is None or term.ends_on >= following.start
    if term.starts_on < following.start and runs_on and not term.once:
        yield _monthly(term, following)


def start_charge(term: Term, period: Period, policies: Policies) -> NewCharge:
    """The rest of the period in which the term starts; one without months costs its price."""
    if term.once:
        lasts = Period(term.starts_on, max(term.ends_on or period.end, term.starts_on))
        return _charge(term, ChargeKind.ADD_ON, term.price, lasts, "once", f"start:{_id(term)}")
    since = unpaid_from(term.starts_on, policies.interval) if term.succeeds else term.starts_on
    rest = Period(since, period.end)
    amount = share(term.price, period, rest, policies.proration, policies.rounding)
    kind = ChargeKind.PRORATED_CHARGE
    return _charge(
        term, kind, amount, rest, "part", f"start:{_id(term)}", _days(period, rest, policies)
    )


def end_credit(term: Term, day: date, period: Period, policies: Policies) -> NewCharge:
    """What was charged in advance for the days from `day` on, as a negative amount."""
    unused = Period(unpaid_from(day, policies.interval), period.end)
    amount = -share(term.price, period, unused, policies.proration, policies.rounding)
    kind = ChargeKind.PRORATED_CREDIT
    return _charge(
        term, kind, amount, unused, "unused", f"end:{_id(term)}", _days(period, unused, policies)
    )


def _monthly(term: Term, period: Period) -> NewCharge:
    kind = ChargeKind.ADD_ON if term.add_on else ChargeKind.RECURRING
    key = f"month:{_id(term)}:{period.start}"
    return _charge(term, kind, term.price, period, "month", key)


def _charge(
    term: Term,
    kind: ChargeKind,
    amount: Money,
    period: Period,
    rule: str,
    effect_key: str,
    inputs: dict[str, Any] | None = None,
) -> NewCharge:
    price = {"amount": str(term.price.amount), "currency": term.price.currency}
    because = {"rule": rule, "number": term.number, "price": price, **(inputs or {})}
    return NewCharge(term.line_id, kind, term.name, amount, period, because, effect_key)


def _days(period: Period, part: Period, policies: Policies) -> dict[str, Any]:
    left, whole = days_left(period, part.start, policies.proration)
    return {"days": left, "of": whole, "proration": policies.proration.value}


def _id(term: Term) -> str:
    return str(term.subscription_id)
