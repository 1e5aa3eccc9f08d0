from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.taxes import Taxed, TaxRounding, TaxRule, halves, part_of, tax_lines
from app.core.money import Money, Rounding

D = Decimal
GST = D("0.18")


def bill(rule, *amounts, currency="INR"):
    return tax_lines([Money.of(each, currency) for each in amounts], rule, currency)


@pytest.mark.parametrize(
    ("per", "tax"), [(TaxRounding.PER_INVOICE, "4.13"), (TaxRounding.PER_LINE, "4.12")]
)
def test_two_lines_are_rounded_together_or_apart(per, tax):
    taxed = bill(TaxRule(D("0.0825"), False, per), "25.00", "25.00", currency="USD")

    assert (taxed.net.amount, taxed.tax.amount) == (D("50.00"), D(tax))


def test_tax_inside_the_price():
    taxed = bill(TaxRule(GST, inclusive=True), "299")

    assert (taxed.net.amount, taxed.tax.amount) == (D("253.39"), D("45.61"))
    assert [half.amount for half in halves(taxed.tax, Rounding.HALF_UP)] == [D("22.81"), D("22.80")]


def test_tax_on_top_of_the_price():
    taxed = bill(TaxRule(GST, inclusive=False), "299")

    assert [half.amount for half in halves(taxed.tax, Rounding.HALF_UP)] == [D("26.91"), D("26.91")]
    assert taxed.total.amount == D("352.82")


def test_part_of_a_bill_keeps_its_proportion_of_tax():
    whole = Taxed(Money.of("200.00", "BRL"), Money.of("50.00", "BRL"))

    part = part_of(whole, Money.of("241.66", "BRL"), Rounding.HALF_UP)

    assert (part.net.amount, part.tax.amount) == (D("193.33"), D("48.33"))


amounts = st.lists(st.decimals("-500", "5000", places=2), max_size=8)
rules = st.builds(
    TaxRule,
    st.decimals("0", "0.5", places=4),
    st.booleans(),
    st.sampled_from(TaxRounding),
    st.sampled_from(Rounding),
)


@given(amounts, rules)
def test_a_bill_with_tax_inside_totals_its_prices_and_one_without_nets_them(lines, rule):
    taxed = bill(rule, *lines)

    assert (taxed.total if rule.inclusive else taxed.net).amount == sum(lines, D(0))
    assert taxed.total == taxed.net + taxed.tax


@given(amounts, rules)
def test_rounding_per_line_strays_at_most_half_a_cent_a_line(lines, rule):
    exact = sum(lines, D(0)) * rule.rate / (1 + rule.rate if rule.inclusive else 1)

    assert abs(bill(rule, *lines).tax.amount - exact) <= D("0.005") * max(1, len(lines))
