"""The billing policies of a market, read from its row once and typed."""

from dataclasses import dataclass
from typing import Any

from app.billing.dunning import Action, Step
from app.billing.proration import Proration
from app.billing.taxes import TaxRounding, TaxRule
from app.core.money import Rounding
from app.markets.models import Market


@dataclass(frozen=True, slots=True)
class Policies:
    proration: Proration
    rounding: Rounding
    tax: TaxRule
    dunning: tuple[Step, ...]
    due_days: int


def policies_of(market: Market) -> Policies:
    chosen = market.policies
    rounding = Rounding(chosen["money_rounding"])
    return Policies(
        proration=Proration(chosen["proration"]),
        rounding=rounding,
        tax=TaxRule(
            market.tax_rate, market.tax_inclusive, TaxRounding(chosen["tax_rounding"]), rounding
        ),
        dunning=tuple(
            Step(each["after_days"], Action(each["action"])) for each in chosen["dunning"]
        ),
        due_days=market.due_days,
    )


def _step(chosen: dict[str, Any]) -> Step:
    return Step(chosen["after_days"], Action(chosen["action"]))
