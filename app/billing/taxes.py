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


def tax_lines(
    amounts: Sequence[Money], rule: TaxRule, currency: str, discount: Money | None = None
) -> Taxed:
    """Net and tax of all lines of one bill, in `currency`, after a discount on the whole of it."""
    if discount:
        parts = spread(discount, amounts, rule.rounding)
        amounts = [amount - part for amount, part in zip(amounts, parts, strict=True)]
    if rule.per is TaxRounding.PER_INVOICE:
        return tax_amount(total(amounts, currency), rule)
    taxed = [tax_amount(amount, rule) for amount in amounts]
    return Taxed(
        total((each.net for each in taxed), currency), total((each.tax for each in taxed), currency)
    )


def spread(discount: Money, over: Sequence[Money], rounding: Rounding) -> list[Money]:
    """A part of the discount for each amount, in proportion: the parts sum to the discount.

    Only what is charged takes part, not what is given back. More than is charged is no discount.
    """
    charged = [max(each.amount, Decimal(0)) for each in over]
    whole = sum(charged, Decimal(0))
    if not 0 <= discount.amount <= whole:
        raise ValueError(f"{discount} is no discount on {whole}")
    parts, before, so_far = [], Money.zero(discount.currency), Decimal(0)
    for amount in charged:
        so_far += amount
        exact = discount.amount * so_far / whole if whole else Decimal(0)
        until = Money(exact, discount.currency).rounded(rounding)
        parts.append(until - before)
        before = until
    return parts


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
