"""What markets decide about payments, read from their policies and typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.markets import policies as market_policies

MOST_PARTS = 60
LONGEST_WAIT = 365  # days
LONGEST_LOOK = 7 * 24 * 60  # minutes


class OnDoubleRecharge(StrEnum):
    EXTEND = "extend"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """At most so many monthly instalments, none below `smallest` in the market's currency."""

    most: int
    smallest: Decimal
    first_after_days: int
    grace_days: int


@dataclass(frozen=True, slots=True)
class RechargePolicy:
    """The same amount twice `within` is a double recharge."""

    within: timedelta
    action: OnDoubleRecharge


def plan_policy(settings: Mapping[str, Any]) -> PlanPolicy:
    chosen = settings.get("payment_plans", {})
    return PlanPolicy(
        most=_up_to(MOST_PARTS, chosen.get("most", 6)),
        smallest=_above_zero(chosen.get("smallest", "50")),
        first_after_days=_up_to(LONGEST_WAIT, chosen.get("first_after_days", 7)),
        grace_days=_up_to(LONGEST_WAIT, chosen.get("grace_days", 1)),
    )


def recharge_policy(settings: Mapping[str, Any]) -> RechargePolicy:
    chosen = settings.get("double_recharge", {})
    return RechargePolicy(
        within=timedelta(minutes=_up_to(LONGEST_LOOK, chosen.get("within_minutes", 30))),
        action=OnDoubleRecharge(chosen.get("action", OnDoubleRecharge.EXTEND)),
    )


# What people of a currency usually put on a line, where the market names nothing else.
_USUAL = {
    "MXN": ("50", "100", "200", "300"),
    "BRL": ("20", "30", "50", "100"),
    "INR": ("99", "199", "299", "599"),
}


def top_up_amounts(settings: Mapping[str, Any], currency: str) -> tuple[Decimal, ...]:
    """What is offered at a press, the smallest first; any other amount may be named."""
    chosen = settings.get("top_up_amounts") or _USUAL.get(currency, ("10", "20", "30", "50"))
    return tuple(sorted(_above_zero(each) for each in chosen))


def _up_to(most: int, number: object) -> int:
    value = int(str(number))
    if not 0 <= value <= most:
        raise ValueError(number)
    return value


def _above_zero(amount: object) -> Decimal:
    value = Decimal(str(amount))
    if not value.is_finite() or value <= 0:
        raise ValueError(amount)
    return value


market_policies.declare(
    "payment_plans", lambda chosen: plan_policy({"payment_plans": dict(chosen)})
)
market_policies.declare(
    "double_recharge", lambda chosen: recharge_policy({"double_recharge": dict(chosen)})
)
market_policies.declare(
    "top_up_amounts", lambda chosen: top_up_amounts({"top_up_amounts": list(chosen)}, "")
)
