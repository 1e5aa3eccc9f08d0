"""What a market gives an account at most for a disturbance, its policy. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.core.money import Money
from app.markets import policies

SETTING = "outage_credit_most"
USUAL = "100"


def most_of(settings: Mapping[str, Any], currency: str) -> Money:
    return Money(Decimal(str(settings.get(SETTING, USUAL))), currency)


def _check(value: Any) -> None:
    amount = Decimal(str(value))
    if not amount.is_finite() or amount < 0:
        raise ValueError(value)


policies.declare(SETTING, _check)
