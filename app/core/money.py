"""Money: an exact amount in a currency. Never a float."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

from babel.numbers import format_currency, get_currency_precision


class Rounding(StrEnum):
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.HALF_EVEN: ROUND_HALF_EVEN}


# What a table can hold.
MOST = Decimal(10) ** 14


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum: a programming error, never a customer's."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        return cls(Decimal(amount), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(Decimal(0), currency)

    def rounded(self, rounding: Rounding = Rounding.HALF_UP) -> "Money":
        """At the currency's own exponent: JPY 0, MXN/BRL/INR 2, KWD 3."""
        step = Decimal(1).scaleb(-get_currency_precision(self.currency))
        return Money(self.amount.quantize(step, rounding=_MODES[rounding]), self.currency)

    @property
    def is_payable(self) -> bool:
        """Above zero, at the currency's own exponent, and no more than anybody can owe."""
        if not self.amount.is_finite() or not 0 < self.amount < MOST:
            return False
        return self.rounded() == self

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def __str__(self) -> str:
        """For records: `199.00 MXN`; amounts finer than the currency keep all their digits."""
        plain = self.rounded()
        return f"{(plain if plain == self else self).amount} {self.currency}"

    def format(self, locale: str) -> str:
        """As a person writes it, e.g. `R$ 49,90` for pt_BR, `BRL 49.90` for es_MX: letters keep
        their distance from digits (CLDR, currency spacing)."""
        text = format_currency(self.amount, self.currency, locale=locale)
        return re.sub(r"(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Z])", "\N{NO-BREAK SPACE}", text)


def total(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))
