"""Whether a number may leave for another operator, with each rule that is against it by name.

The days are policies of the market; their defaults are India's. No session, no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.markets.policies import Policies, PortDues


@dataclass(frozen=True, slots=True)
class PortFacts:
    """What the rules look at; moments are aware. Bills of which all that is due is disputed are
    not counted."""

    is_active: bool
    is_mobile: bool
    activated_at: datetime | None
    sim_changed_at: datetime | None
    owner_changed_at: datetime | None
    contract_until: date | None
    unpaid_bills: int
    overdue_bills: int
    barred_by_court: bool
    is_leaving: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """`until` is when it will be fulfilled by itself, where that is known."""

    name: str
    fulfilled: bool
    until: date | None = None


def rules(facts: PortFacts, policy: Policies, now: datetime, today: date) -> list[Rule]:
    """Every rule, fulfilled or not, always in this order."""
    return list(_rules(facts, policy, now, today))


def _rules(facts: PortFacts, policy: Policies, now: datetime, today: date) -> Iterator[Rule]:
    yield Rule("line_active", facts.is_active and facts.is_mobile)
    yield _since(
        "active_long_enough", facts.activated_at, policy.port_active_days, now, known=False
    )
    yield Rule("bills_paid", _in_the_way(facts, policy.port_dues) == 0)
    yield _since("sim_not_changed", facts.sim_changed_at, policy.port_sim_days, now)
    yield _since("owner_not_changed", facts.owner_changed_at, policy.port_owner_days, now)
    contract = facts.contract_until
    yield Rule("no_contract", contract is None or contract <= today, contract)
    yield Rule("no_court_order", not facts.barred_by_court)
    yield Rule("not_leaving", not facts.is_leaving)


def _in_the_way(facts: PortFacts, dues: PortDues) -> int:
    match dues:
        case PortDues.ISSUED:
            return facts.unpaid_bills
        case PortDues.OVERDUE:
            return facts.overdue_bills
        case PortDues.NONE:
            return 0


def _since(
    name: str, moment: datetime | None, days: int, now: datetime, *, known: bool = True
) -> Rule:
    """That so many days have gone by; without a moment, `known` says what it means."""
    if moment is None:
        return Rule(name, known)
    over = moment + timedelta(days=days)
    return Rule(name, now >= over, None if now >= over else over.date())
