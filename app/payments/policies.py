"""What markets decide about payments, read from their policies and typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any


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


def plan_policy(policies: Mapping[str, Any]) -> PlanPolicy:
    chosen = policies.get("payment_plans", {})
    return PlanPolicy(
        most=int(chosen.get("most", 6)),
        smallest=Decimal(chosen.get("smallest", "50")),
        first_after_days=int(chosen.get("first_after_days", 7)),
        grace_days=int(chosen.get("grace_days", 1)),
    )


def recharge_policy(policies: Mapping[str, Any]) -> RechargePolicy:
    chosen = policies.get("double_recharge", {})
    return RechargePolicy(
        within=timedelta(minutes=int(chosen.get("within_minutes", 30))),
        action=OnDoubleRecharge(chosen.get("action", OnDoubleRecharge.EXTEND)),
    )
