"""Tax of a bill.

Sources: two lines of 25.00 at 8.25 %, and 29/30 of 200.00 at 25 %, are Kill Bill's and Lago's; 299
with GST inside and on top, and its halves, follow the Indian CGST Act; the table of single prices
is arithmetic from the rule as stated.
"""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.taxes import (
    Taxed,
    TaxRounding,
    TaxRule,
    halves,
    part_of,
    spread,
    tax_amount,
    tax_lines,
)
from app.core.money import Money, Rounding, total

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


@pytest.mark.parametrize(
    ("rate", "inclusive", "price", "net", "tax", "currency"),
    [
        # GST and IGST slabs of the Indian schedule, on top and inside.
        ("0.05", False, "499", "499.00", "24.95", "INR"),
        ("0.12", False, "199.50", "199.50", "23.94", "INR"),
        ("0.28", True, "1280", "1000.00", "280.00", "INR"),
        # IVA of Mexico, inside.
        ("0.16", True, "299", "257.76", "41.24", "MXN"),
        # By the currency's own exponent: none, two, three places.
        ("0.10", False, "1980", "1980", "198", "JPY"),
        ("0.10", True, "1980", "1800", "180", "JPY"),
        ("0.05", True, "9.999", "9.523", "0.476", "KWD"),
        # A rate of nothing, and a price of nothing.
        ("0", False, "10.00", "10.00", "0.00", "USD"),
        ("0.18", True, "0", "0.00", "0.00", "INR"),
        # Given back as it was taken.
        ("0.18", True, "-299", "-253.39", "-45.61", "INR"),
    ],
)
def test_one_price(rate, inclusive, price, net, tax, currency):
    taxed = tax_amount(Money.of(price, currency), TaxRule(D(rate), inclusive))

    assert (taxed.net.amount, taxed.tax.amount) == (D(net), D(tax))


@pytest.mark.parametrize(
    ("rounding", "tax"), [(Rounding.HALF_UP, "0.13"), (Rounding.HALF_EVEN, "0.12")]
)
def test_half_a_cent_goes_where_the_market_says(rounding, tax):
    taxed = tax_amount(Money.of("1.25", "USD"), TaxRule(D("0.10"), False, rounding=rounding))

    assert taxed.tax.amount == D(tax)


def test_a_discount_comes_before_tax():
    """Stripe's and Lago's order: 100.00 less 10 % is 90.00, taxed 18 % on top: 16.20."""
    lines = [Money.of("60.00", "INR"), Money.of("40.00", "INR")]

    taxed = tax_lines(lines, TaxRule(GST, False), "INR", Money.of("10.00", "INR"))

    assert (taxed.net.amount, taxed.tax.amount) == (D("90.00"), D("16.20"))


def test_a_discount_is_spread_over_lines_that_are_taxed_one_by_one():
    lines = [Money.of("25.00", "USD"), Money.of("25.00", "USD")]
    rule = TaxRule(D("0.0825"), False, TaxRounding.PER_LINE)

    taxed = tax_lines(lines, rule, "USD", Money.of("0.01", "USD"))

    # 24.99 (the first takes the odd cent) and 25.00: 2.06 + 2.06.
    assert (taxed.net.amount, taxed.tax.amount) == (D("49.99"), D("4.12"))


@pytest.mark.parametrize(
    ("discount", "over", "parts"),
    [
        ("10.00", ["50.00", "30.00", "20.00"], ["5.00", "3.00", "2.00"]),
        ("1.00", ["1.00", "1.00", "1.00"], ["0.33", "0.34", "0.33"]),
        ("5.00", ["10.00", "-3.00", "10.00"], ["2.50", "0.00", "2.50"]),
        ("0.00", ["10.00"], ["0.00"]),
    ],
)
def test_how_a_discount_is_spread(discount, over, parts):
    given = [Money.of(each, "USD") for each in over]

    made = spread(Money.of(discount, "USD"), given, Rounding.HALF_UP)

    assert [each.amount for each in made] == [D(each) for each in parts]


def test_more_than_is_charged_is_no_discount():
    with pytest.raises(ValueError):
        spread(Money.of("10.01", "USD"), [Money.of("10.00", "USD")], Rounding.HALF_UP)


currencies = st.sampled_from(["JPY", "INR", "KWD"])


@given(
    st.lists(st.decimals("0", "9999", places=3), min_size=1, max_size=8),
    st.decimals("0", "1", places=4),
    currencies,
    st.sampled_from(Rounding),
)
def test_the_parts_of_a_discount_sum_to_it_and_none_exceeds_its_line(
    lines, share, currency, rounding
):
    over = [Money(each, currency).rounded() for each in lines]
    discount = (total(over, currency) * share).rounded(Rounding.HALF_EVEN)
    discount = min(discount, total(over, currency))

    parts = spread(discount, over, rounding)

    assert total(parts, currency) == discount
    assert all(0 <= part.amount <= line.amount for part, line in zip(parts, over, strict=True))


@given(st.decimals("0", "99999", places=3), currencies, st.sampled_from(Rounding))
def test_halves_sum_to_the_tax_and_differ_by_one_step_at_most(tax, currency, rounding):
    tax = Money(tax, currency).rounded()

    one, other = halves(tax, rounding)

    assert one + other == tax
    assert (
        abs(one.amount - other.amount) <= {"JPY": 1, "INR": D("0.01"), "KWD": D("0.001")}[currency]
    )


@given(
    st.decimals("0.01", "9999", places=2),
    st.decimals("0", "0.5", places=4),
    st.lists(st.decimals("0", "1", places=3), max_size=6),
)
def test_slices_of_a_bill_are_exactly_the_bill(net, rate, cuts):
    """Credit notes one after the other: each is the difference of two parts of the whole."""
    whole = tax_amount(Money(net, "INR"), TaxRule(rate, False))
    ends = [(whole.total * cut).rounded() for cut in sorted([D(0), *cuts, D(1)])]

    parts = [part_of(whole, end, Rounding.HALF_UP) for end in ends]

    assert (parts[0].net, parts[-1]) == (Money.of("0.00", "INR"), whole)
    assert all(a.net <= b.net for a, b in pairwise(parts))
