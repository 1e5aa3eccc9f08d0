"""Tax on a bill: on top of the prices or inside them, rounded per bill or per line."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.money import Money, Rounding, total
from app.markets.policies import TaxRounding

__all__ = [
    "TaxRounding",
    "TaxRule",
    "Taxed",
    "halves",
    "part_of",
    "tax_amount",
    "tax_lines",
]


@dataclass(frozen=True, slots=True)
class TaxRule:
    """`rate` is a fraction (0.18); `inclusive` prices contain the tax already."""

    rate: Decimal
    inclusive: bool
    per: TaxRounding = TaxRounding.PER_INVOICE
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Taxed:
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        return self.net + self.tax


def tax_lines(amounts: Sequence[Money], rule: TaxRule, currency: str) -> Taxed:
    """Net and tax of all lines of one bill, in `currency`."""
    if rule.per is TaxRounding.PER_INVOICE:
        return tax_amount(total(amounts, currency), rule)
    taxed = [tax_amount(amount, rule) for amount in amounts]
    return Taxed(
        total((each.net for each in taxed), currency), total((each.tax for each in taxed), currency)
    )


def tax_amount(amount: Money, rule: TaxRule) -> Taxed:
    if rule.inclusive:
        gross = amount.rounded(rule.rounding)
        net = Money(gross.amount / (1 + rule.rate), gross.currency).rounded(rule.rounding)
        return Taxed(net, gross - net)
    net = amount.rounded(rule.rounding)
    return Taxed(net, (net * rule.rate).rounded(rule.rounding))


def part_of(whole: Taxed, gross: Money, rounding: Rounding) -> Taxed:
    """Net and tax of `gross`, a part of a bill, in the bill's own proportion."""
    if not whole.total:
        return Taxed(gross, Money.zero(gross.currency))
    net = Money(gross.amount * whole.net.amount / whole.total.amount, gross.currency)
    return Taxed(net.rounded(rounding), gross - net.rounded(rounding))


def halves(tax: Money, rounding: Rounding) -> tuple[Money, Money]:
    """A tax that two authorities share (CGST and SGST): the first half takes the odd cent."""
    first = Money(tax.amount / 2, tax.currency).rounded(rounding)
    return first, tax - first
