"""BILLING.md, "Tax, credit notes": through the bill run and the notes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.billing import queries, service
from app.billing.errors import CreditTooLarge
from app.billing.models import ChargeKind
from app.billing.periods import Period
from app.billing.recurring import NewCharge
from app.billing.service import charges
from app.core import db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.core.money import Money
from tests.factories.catalog import OfferVersionFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.subscriptions import line_with_plan
from tests.golden.conftest import account, at, bills, market, on

D = Decimal
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)

pytestmark = pytest.mark.usefixtures("wired")


def billed(home, *prices, more=()):
    """The bill that is issued on the first of August for lines of these monthly prices, which were
    there all July and billed for it, and other charges of that month."""
    payer = account(home)
    for price in prices:
        plan = OfferVersionFactory(
            price=D(price), currency=home.currency, offer__market_code=home.code
        )
        line_with_plan(plan, account=payer, activated_at=at(date(2026, 6, 15), home))
    with on(JULY, home):
        service.run_cycle(home.code, JULY, by=SYSTEM)
    wait(payer, home, *more)
    with on(AUGUST, home):
        service.run_cycle(home.code, AUGUST, by=SYSTEM)
    return bills(payer)[-1]


def wait(payer, home, *amounts):
    """Charges and credits that wait for the next bill."""
    charges.write(
        (
            payer.id,
            NewCharge(
                line_id=None,
                kind=ChargeKind.CREDIT,
                description="x",
                amount=Money.of(amount, home.currency),
                period=Period(JULY, AUGUST),
                because={"rule": "by_hand"},
                effect_key=str(new_id()),
            ),
        )
        for amount in amounts
    )
    db.session.commit()


# Tax, inclusive or not, rounding, prices -> net and tax.
BILLS = [
    # "Two 25.00 lines at 8.25 %".
    ("USD", "0.0825", False, "per_invoice", "half_up", ["25.00"] * 2, "50.00", "4.13"),
    ("USD", "0.0825", False, "per_line", "half_up", ["25.00"] * 2, "50.00", "4.12"),
    # Forty such lines: 1000.00 x 0.0825 = 82.50; 40 x 2.06 = 82.40.
    ("USD", "0.0825", False, "per_invoice", "half_up", ["25.00"] * 40, "1000.00", "82.50"),
    ("USD", "0.0825", False, "per_line", "half_up", ["25.00"] * 40, "1000.00", "82.40"),
    # "GST 18 % inclusive in 299"; on top.
    ("INR", "0.18", True, "per_invoice", "half_up", ["299.00"], "253.39", "45.61"),
    ("INR", "0.18", False, "per_invoice", "half_up", ["299.00"], "299.00", "53.82"),
    # Three of 299 inside: 897/1.18 = 760.169; by the line 3 x 253.39.
    ("INR", "0.18", True, "per_invoice", "half_up", ["299.00"] * 3, "760.17", "136.83"),
    ("INR", "0.18", True, "per_line", "half_up", ["299.00"] * 3, "760.17", "136.83"),
    # Half a cent: 2.50 x 0.05 = 0.125 goes up, or to the even one.
    ("BRL", "0.05", False, "per_invoice", "half_up", ["2.50"], "2.50", "0.13"),
    ("BRL", "0.05", False, "per_invoice", "half_even", ["2.50"], "2.50", "0.12"),
    # By the currency's own exponent: 505 x 0.10 = 50.5; 5.555 x 0.05 = 0.27775.
    ("JPY", "0.10", False, "per_invoice", "half_up", ["505"], "505", "51"),
    ("JPY", "0.10", False, "per_invoice", "half_even", ["505"], "505", "50"),
    ("KWD", "0.05", False, "per_invoice", "half_up", ["5.555"], "5.555", "0.278"),
]


@pytest.mark.parametrize(
    ("currency", "rate", "inclusive", "per", "rounding", "prices", "net", "tax"), BILLS
)
def test_the_tax_of_a_bill(currency, rate, inclusive, per, rounding, prices, net, tax):
    home = market(
        currency=currency,
        tax_rate=D(rate),
        tax_inclusive=inclusive,
        tax_rounding=per,
        money_rounding=rounding,
    )

    bill = billed(home, *prices)

    assert (bill.net, bill.tax, bill.total) == (D(net), D(tax), D(net) + D(tax))


@pytest.mark.parametrize(
    ("inclusive", "per", "net", "tax"),
    [
        # Three of 99.99 less 10 % of each (10.00): 269.97 in all, 89.99 a line.
        (True, "per_invoice", "228.79", "41.18"),
        (True, "per_line", "228.78", "41.19"),
        (False, "per_invoice", "269.97", "48.59"),
        (False, "per_line", "269.97", "48.60"),
    ],
)
def test_a_discount_comes_off_before_the_tax_of_each_line(inclusive, per, net, tax):
    home = market(tax_rate=D("0.18"), tax_inclusive=inclusive, tax_rounding=per)
    DiscountFactory(kind="tenure", off={"percent": "10"})

    bill = billed(home, *["99.99"] * 3)

    assert (bill.net, bill.tax) == (D(net), D(tax))


@pytest.mark.parametrize("inclusive", [True, False])
def test_tax_rounded_by_the_line_never_makes_a_bill_negative(inclusive):
    """25.00 + 25.00 - 50.00 at 8.25 %: 2.06 + 2.06 - 4.13 is a cent below nothing."""
    home = market(tax_rate=D("0.0825"), tax_inclusive=inclusive, tax_rounding="per_line")

    bill = billed(home, "25.00", "25.00", more=["-50.00"])

    assert (bill.total, bill.is_open) == (0, False)
    assert bill.tax >= 0


def test_what_credits_exceed_the_charges_by_has_no_tax():
    home = market(tax_rate=D("0.0825"), tax_inclusive=False, tax_rounding="per_line")

    bill = billed(home, "25.00", more=["-10.03", "-20.01"])

    assert (bill.net, bill.tax, bill.total, bill.is_open) == (0, 0, 0, False)
    [left] = queries.open_charges(bill.account_id)
    assert left.amount == D("-5.04")


def credited(bill, *amounts):
    return [
        service.credit(bill.id, Money.of(each, bill.currency), "x", by=SYSTEM) for each in amounts
    ]


def test_a_credit_note_of_29_of_30_days():
    """ "Credit note 29/30 of 200.00 at 25 %"."""
    home = market(currency="BRL", tax_rate=D("0.25"), tax_inclusive=False)
    bill = billed(home, "200.00")

    [note] = credited(bill, "241.66")
    rest = credited(bill, "8.34")

    assert (note.net, note.tax) == (D("193.33"), D("48.33"))
    assert [(each.net, each.tax) for each in rest] == [(D("6.67"), D("1.67"))]
    with pytest.raises(CreditTooLarge):
        credited(bill, "0.01")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(st.integers(1, 1000), min_size=1, max_size=8),
    currency=st.sampled_from([("JPY", 0), ("BRL", 2), ("KWD", 3)]),
    inclusive=st.booleans(),
    rounding=st.sampled_from(["half_up", "half_even"]),
)
def test_odd_credit_notes_until_nothing_is_left_are_exactly_the_bill(
    parts, currency, inclusive, rounding
):
    name, places = currency
    step = D(1).scaleb(-places)
    home = market(tax_rate=D("0.0825"))
    home.currency, home.policies = name, {"tax_inclusive": inclusive, "money_rounding": rounding}
    bill = billed(home, sum(parts) * step)
    left, notes = bill.total, []
    for part in parts:
        notes += credited(bill, min(left, part * step)) if left else []
        left = bill.total - sum(each.amount for each in notes)
    if left:
        notes += credited(bill, left)

    assert sum(each.net for each in notes) == bill.net
    assert sum(each.tax for each in notes) == bill.tax
    assert all(each.net >= 0 and each.tax >= 0 for each in notes)
    with pytest.raises(CreditTooLarge):
        credited(bill, step)
