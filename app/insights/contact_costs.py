"""What a talk with the bot and a minute of a person cost an operator, chosen by market."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.errors import Invalid
from app.core.money import Money
from app.markets import policies

TALK = "bot_talk_cost"
MINUTE = "agent_minute_cost"
_MOST = Decimal(10**6)
_FINEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Costs:
    """In the market's currency."""

    talk: Money
    minute: Money

    def of(self, talks: int, minutes: Decimal) -> Money:
        """What a contact cost on average; the bot met every one of them. Nothing for none."""
        if not talks:
            return Money.zero(self.talk.currency)
        whole = self.talk * talks + self.minute * minutes
        return (whole * (Decimal(1) / talks)).rounded()


def _cost(value: object, name: str) -> Decimal:
    """Written as text, so that it is exact: "0.05"."""
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        raise Invalid(field=name) from None
    fine = cost.is_finite() and 0 <= cost <= _MOST and cost == cost.quantize(_FINEST)
    if not fine or isinstance(value, bool):
        raise Invalid(field=name)
    return cost


policies.declare(TALK, lambda value: _cost(value, TALK))
policies.declare(MINUTE, lambda value: _cost(value, MINUTE))


def costs_of(settings: Mapping[str, Any], currency: str) -> Costs | None:
    """None while one of them is not chosen: a cost that nobody named would be made up."""
    chosen = [settings.get(name) for name in (TALK, MINUTE)]
    if None in chosen:
        return None
    talk, minute = (Money(Decimal(str(each)), currency) for each in chosen)
    return Costs(talk, minute)
