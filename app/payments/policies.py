"""What markets decide about payments, read from their policies and typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.markets import policies as market_policies


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
        most=int(chosen.get("most", 6)),
        smallest=Decimal(chosen.get("smallest", "50")),
        first_after_days=int(chosen.get("first_after_days", 7)),
        grace_days=int(chosen.get("grace_days", 1)),
    )


def recharge_policy(settings: Mapping[str, Any]) -> RechargePolicy:
    chosen = settings.get("double_recharge", {})
    return RechargePolicy(
        within=timedelta(minutes=int(chosen.get("within_minutes", 30))),
        action=OnDoubleRecharge(chosen.get("action", OnDoubleRecharge.EXTEND)),
    )


market_policies.declare("payment_plans", lambda chosen: plan_policy({"payment_plans": chosen}))
market_policies.declare(
    "double_recharge", lambda chosen: recharge_policy({"double_recharge": chosen})
)
