"""What billing reads of a market's policies: the rules its arithmetic is called with."""

from dataclasses import dataclass
from datetime import date, datetime

from app.billing.taxes import TaxRule
from app.core import clock
from app.core.money import Rounding
from app.markets import policies as market_policies
from app.markets.models import Market
from app.markets.policies import Interval, Proration, Step


@dataclass(frozen=True, slots=True)
class Policies:
    proration: Proration
    rounding: Rounding
    tax: TaxRule
    dunning: tuple[Step, ...]
    due_days: int
    interval: Interval = Interval.HALF_OPEN


def policies_of(market: Market, at: datetime | None = None) -> Policies:
    """Those in force at a moment, by default now."""
    return read(market.policies_at(at or clock.now()))


def policies_of_bill(market: Market, period_end: date) -> Policies:
    """Those in force when the period of a bill ended, however late the bill is made."""
    return policies_of(market, clock.midnight(period_end, market.timezone))


def read(chosen: market_policies.Policies) -> Policies:
    rounding = chosen.money_rounding
    return Policies(
        proration=chosen.proration,
        rounding=rounding,
        tax=TaxRule(chosen.tax_rate, chosen.tax_inclusive, chosen.tax_rounding, rounding),
        dunning=chosen.dunning,
        due_days=chosen.due_days,
        interval=chosen.interval,
    )
