"""What a bill comes to, whatever is on it: its lines sum to it, and it is never below zero."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.billing.models import ChargeKind
from app.billing.periods import Period
from app.billing.policies import Policies
from app.billing.proration import Proration
from app.billing.recurring import NewCharge
from app.billing.service.drafting import Draft, Payer
from app.billing.service.due import Job
from app.billing.taxes import TaxRounding, TaxRule
from app.core.ids import new_id
from app.core.money import Money, Rounding, total

APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))
KINDS = (ChargeKind.RECURRING, ChargeKind.PRORATED_CREDIT, ChargeKind.USAGE, ChargeKind.DISCOUNT)

amounts = st.lists(
    st.tuples(st.sampled_from(KINDS), st.decimals("-500", "900", places=2)), min_size=1, max_size=8
)
rules = st.builds(
    TaxRule,
    st.decimals("0", "0.4", places=4),
    st.booleans(),
    st.sampled_from(TaxRounding),
    st.sampled_from(Rounding),
)


def draft(lines, rule):
    account = new_id()
    charges = [
        NewCharge(new_id(), kind, "x", Money(amount, "MXN"), APRIL, {"rule": "x"}, str(place))
        for place, (kind, amount) in enumerate(lines)
    ]
    policies = Policies(Proration.ACTUAL_DAYS, rule.rounding, rule, (), 10)
    return Draft(Payer(account, new_id(), "MXN"), Job(account, 1, APRIL), policies, charges)


@given(amounts, rules)
def test_the_lines_of_a_bill_and_what_is_carried_over_sum_to_it(lines, rule):
    bill = draft(lines, rule)

    taxed = bill.taxed

    sum_of_all = total(bill.amounts, "MXN") + bill.surplus
    assert (taxed.total if rule.inclusive else taxed.net) == sum_of_all
    assert taxed.net + taxed.tax == taxed.total
    assert sum_of_all.amount >= 0


@given(st.lists(st.decimals("0", "900", places=2), min_size=1, max_size=8), rules)
def test_a_discount_of_everything_leaves_nothing_to_tax(lines, rule):
    off = -sum(lines, Decimal(0))
    charged = [(ChargeKind.RECURRING, each) for each in lines]
    bill = draft([*charged, (ChargeKind.DISCOUNT, off)], rule)

    taxed = bill.taxed

    assert (taxed.net.amount, taxed.tax.amount) == (0, 0)
