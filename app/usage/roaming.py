"""What use abroad costs: the visited network's charge (TAP) in the home currency, with markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


class NoExchangeRate(LookupError):
    """There is no rate for that day nor for any day before it."""


@dataclass(frozen=True, slots=True)
class TapCharge:
    """As a TAP record has it: a whole number and how many of its digits are decimals."""

    amount: int
    decimals: int
    currency: str

    @property
    def value(self) -> Decimal:
        return Decimal(self.amount).scaleb(-self.decimals)


@dataclass(frozen=True, slots=True)
class Abroad:
    """Use in another network (its country and network code), and what that charges for it."""

    network: str
    charge: TapCharge | None = None

    def written(self) -> dict[str, Any]:
        charge = self.charge
        return {"network": self.network} | (
            {
                "amount": charge.amount,
                "decimals": charge.decimals,
                "currency": charge.currency,
            }
            if charge
            else {}
        )

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Abroad":
        charge = None
        if "amount" in written:
            charge = TapCharge(written["amount"], written["decimals"], written["currency"])
        return cls(written["network"], charge)


def exchange_rate(rates: Mapping[date, Decimal], day: date) -> Decimal:
    """Home currency per foreign unit on the day of the call; the last one before it on days
    without. Raises NoExchangeRate."""
    known = [each for each in rates if each <= day]
    if not known:
        raise NoExchangeRate(day)
    return rates[max(known)]


def home_charge(charge: TapCharge, rate: Decimal, *, markup: Decimal) -> Decimal:
    """In the home currency with all decimals, before tax. `markup` is a fraction: 0.15 is 15 %."""
    return charge.value * rate * (1 + markup)
