from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.billing.comparing import Billed, Cause, changes
from app.billing.models import Charge, ChargeKind

ONE, TWO = UUID(int=1), UUID(int=2)
NUMBERS = {ONE: "+525512345678", TWO: "+525587654321"}
D = Decimal


def charge(kind, amount, name="Plus 20GB", line=ONE, **because):
    number = {"number": NUMBERS[line]} if line else {}
    return Charge(
        line_id=line,
        kind=kind,
        description=name,
        amount=D(amount),
        currency="MXN",
        period_start=date(2026, 10, 1),
        period_end=date(2026, 11, 1),
        because={"prior": False, **number, **because},
    )


def month(amount, name="Plus 20GB", **more):
    return charge(ChargeKind.RECURRING, amount, name, **more)


def bill(*charges, total=None, abroad=None):
    in_all = sum((each.amount for each in charges), D(0))
    return Billed(charges, D(total) if total else in_all, abroad or {})


def causes(now, before):
    return [(each.cause, str(each.amount), each.names) for each in changes(now, before)]


def test_a_plan_change_is_one_cause_with_its_days_and_both_names():
    # BILLING.md: 299 → 599, cycle Apr 1–May 1, change Apr 11: credit 199.33, charge 399.33.
    now = bill(
        charge(ChargeKind.PRORATED_CREDIT, "-199.33"),
        charge(ChargeKind.PRORATED_CHARGE, "399.33", "Max Unlimited"),
        month("599.00", "Max Unlimited"),
    )

    assert causes(now, bill(month("299.00"))) == [
        (Cause.PLAN_CHANGED, "500.00", ("Plus 20GB", "Max Unlimited"))
    ]


def test_the_month_after_a_plan_change_is_lower_by_its_days_alone():
    before = bill(
        charge(ChargeKind.PRORATED_CREDIT, "-199.33"),
        charge(ChargeKind.PRORATED_CHARGE, "399.33", "Max Unlimited"),
        month("599.00", "Max Unlimited"),
    )

    assert causes(bill(month("599.00", "Max Unlimited")), before) == [
        (Cause.PART, "-200.00", ("Max Unlimited",))
    ]


def test_usage_at_home_abroad_and_late_are_three_causes():
    now = bill(
        month("299.00"),
        charge(ChargeKind.USAGE, "120.00", "data"),
        charge(ChargeKind.USAGE, "0.90", "voice", prior=True),
        abroad={(ONE, "data"): D("80.00")},
    )

    assert causes(now, bill(month("299.00"))) == [
        (Cause.ROAMING, "80.00", ("data",)),
        (Cause.OVERAGE, "40.00", ("data",)),
        (Cause.LATE_USAGE, "0.90", ("voice",)),
    ]


def test_a_lost_discount_an_addon_and_a_new_line_are_told_apart():
    before = bill(month("299.00"), charge(ChargeKind.DISCOUNT, "-50.00", "Welcome"))
    now = bill(
        month("299.00"),
        charge(ChargeKind.ADD_ON, "49.00", "Extra 5GB"),
        charge(ChargeKind.PRORATED_CHARGE, "20.00", "Starter 5GB", line=TWO),
        month("199.00", "Starter 5GB", line=TWO),
    )

    assert causes(now, before) == [
        (Cause.NEW_LINE, "219.00", ()),
        (Cause.DISCOUNT_LOST, "50.00", ("Welcome",)),
        (Cause.ADD_ON, "49.00", ("Extra 5GB",)),
    ]


def test_an_addon_by_the_month_that_begins_is_one_cause_with_its_days():
    now = bill(
        month("299.00"),
        charge(ChargeKind.PRORATED_CHARGE, "25.00", "Extra 5GB"),
        charge(ChargeKind.ADD_ON, "49.00", "Extra 5GB"),
    )

    assert causes(now, bill(month("299.00"))) == [(Cause.ADD_ON, "74.00", ("Extra 5GB",))]


def test_what_speaks_for_the_difference_comes_before_what_speaks_against_it():
    now = bill(month("299.00"), charge(ChargeKind.USAGE, "30.00", "sms"))
    before = bill(month("299.00"), charge(ChargeKind.ADD_ON, "49.00", "Extra 5GB"))

    assert causes(now, before) == [
        (Cause.ADD_ON, "-49.00", ("Extra 5GB",)),
        (Cause.OVERAGE, "30.00", ("sms",)),
    ]


def test_tax_on_top_is_a_cause_of_its_own():
    now = bill(month("599.00"), total="706.82")
    before = bill(month("299.00"), total="352.82")

    assert causes(now, before) == [
        (Cause.PRICE, "300.00", ("Plus 20GB",)),
        (Cause.TAX, "54.00", ()),
    ]


amounts = st.decimals("-900", "900", places=2)
charges = st.builds(
    charge,
    st.sampled_from(list(ChargeKind)),
    amounts,
    st.sampled_from(["Plus 20GB", "Max Unlimited", "Extra 5GB"]),
    line=st.sampled_from([ONE, TWO, None]),
    prior=st.booleans(),
)
bills = st.builds(
    lambda some, tax, abroad: Billed(
        some, sum((each.amount for each in some), tax), {(ONE, "Plus 20GB"): abroad}
    ),
    st.lists(charges, max_size=8),
    amounts,
    amounts,
)


@given(now=bills, before=bills)
def test_the_causes_sum_to_the_difference_whatever_is_on_the_bills(now, before):
    found = changes(now, before)

    assert sum((each.amount for each in found), D(0)) == now.total - before.total
    assert all(each.amount for each in found)
