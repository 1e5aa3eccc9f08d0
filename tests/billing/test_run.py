from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing import queries, service
from app.billing.errors import NothingToBill, PeriodNotOver
from app.billing.events import InvoiceIssued, InvoicePaid
from app.billing.models import Charge, ChargeKind, Invoice, InvoiceStatus
from app.catalog.models import Service
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.core.money import Money
from app.markets.service import change_policies
from app.subscriptions import service as subscriptions
from tests.billing.conftest import noon, on
from tests.factories.actors import administrator, agent
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import SubscriptionFactory, line_with_plan
from tests.factories.usage import UsageRecordFactory
from tests.heard import heard

D = Decimal


def postpaid(price="299.00", *, started=(2026, 3, 10), **account):
    account = AccountFactory(**account)
    version = OfferVersionFactory(price=D(price), currency=account.currency)
    return line_with_plan(version, account=account, activated_at=noon(*started))


def run(day):
    with on(day.year, day.month, day.day):
        return service.run_cycle("MX", day, by=SYSTEM)


def invoices(line):
    query = select(Invoice).where(Invoice.account_id == line.account_id)
    return db.session.scalars(query.order_by(Invoice.period_start)).all()


def lines_of(invoice):
    return [
        (c.kind, c.amount, c.period_start) for c in queries.invoice_with_lines(invoice.id).charges
    ]


def test_the_first_bill_has_the_rest_of_the_first_month_and_the_next_in_advance(database):
    line = postpaid("310.00")

    run(date(2026, 4, 1))

    [invoice] = invoices(line)
    assert lines_of(invoice) == [
        (ChargeKind.PRORATED_CHARGE, D("220.00"), date(2026, 3, 10)),
        (ChargeKind.RECURRING, D("310.00"), date(2026, 4, 1)),
    ]
    assert (invoice.net, invoice.tax, invoice.total) == (D("456.90"), D("73.10"), D("530.00"))
    assert (invoice.period_start, invoice.period_end) == (date(2026, 3, 1), date(2026, 4, 1))
    assert invoice.due_on == date(2026, 4, 11)


def test_a_bill_that_is_made_late_is_due_and_numbered_by_the_day_it_is_made(database):
    line = postpaid("310.00", started=(2026, 11, 10))

    with on(2027, 1, 4):
        service.run_cycle("MX", date(2026, 12, 1), by=SYSTEM)

    [invoice] = invoices(line)
    assert (invoice.due_on, invoice.number) == (date(2027, 1, 14), "INV-MX-2027-000001")


def test_a_run_repeated_changes_nothing(database):
    line = postpaid()
    first = run(date(2026, 4, 1))

    again = run(date(2026, 4, 1))

    assert (first.issued, again.issued) == (1, 0)
    assert len(invoices(line)) == 1
    assert len(db.session.scalars(select(Charge)).all()) == 2


def test_months_that_were_missed_are_made_up_one_bill_each_with_numbers_without_gaps(database):
    lines = [postpaid(billing_day=day) for day in (1, 15, 31)]

    result = run(date(2026, 6, 30))

    numbers = sorted(each.number for line in lines for each in invoices(line))
    assert numbers == [f"INV-MX-2026-{n:06d}" for n in range(1, result.issued + 1)]
    assert [[each.period_end for each in invoices(line)] for line in lines] == [
        [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)],
        [date(2026, 3, 15), date(2026, 4, 15), date(2026, 5, 15), date(2026, 6, 15)],
        [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)],
    ]
    assert all(
        sum(kind is ChargeKind.RECURRING for kind, _, _ in lines_of(each)) == 1
        for line in lines
        for each in invoices(line)
    )


def test_a_bill_says_what_it_is_and_who_ran_it(database):
    line = postpaid()

    with heard(InvoiceIssued) as said:
        run(date(2026, 4, 1))

    [invoice] = invoices(line)
    assert [(e.invoice_id, e.customer_id, e.total) for e in said] == [
        (invoice.id, line.customer_id, invoice.total)
    ]


def test_tax_on_top_of_the_price_where_the_market_says_so(database):
    market = MarketFactory(india=True)
    line = postpaid("299.00", customer__market=market, started=(2026, 4, 1))
    with on(2026, 5, 2):
        service.run_cycle("IN", date(2026, 5, 1), by=SYSTEM)

    [invoice] = invoices(line)

    assert (invoice.net, invoice.tax, invoice.total) == (D("598.00"), D("107.64"), D("705.64"))


def test_a_tax_that_changes_in_the_middle_of_a_month_is_that_of_each_periods_end(database):
    """One late run bills both: what ended before the change is taxed as it was then."""
    early = postpaid("290.00", started=(2026, 3, 1))
    late = postpaid("290.00", started=(2026, 3, 16), billing_day=16)
    with on(2026, 4, 1):
        change_policies(
            "MX",
            {"tax_rate": "0.20", "due_days": 20},
            by=administrator(),
            effective_from=noon(2026, 4, 10, 0),
        )
        simulated = service.simulate(
            "MX", date(2026, 4, 16), by=SYSTEM, account_ids=[late.account_id]
        )
        [foretold] = list(simulated)

    run(date(2026, 4, 20))

    [first], [second] = invoices(early), invoices(late)
    assert (first.tax, first.total) == (D("80.00"), D("580.00"))
    assert (second.tax, second.total) == (D("96.67"), D("580.00"))
    assert foretold.tax.amount == second.tax
    assert (first.due_on, second.due_on) == (date(2026, 4, 30), date(2026, 5, 10))


def test_usage_beyond_the_allowances_is_on_the_bill_of_its_period(database):
    line = postpaid(started=(2026, 3, 1))
    UsageRecordFactory(line=line, charged=D("10.0050"), started_at=noon(2026, 3, 20))
    UsageRecordFactory(line=line, charged=D("5.5000"), started_at=noon(2026, 3, 31, 23))
    UsageRecordFactory(line=line, charged=D("7.0000"), started_at=noon(2026, 4, 1, 0))
    run(date(2026, 4, 1))
    run(date(2026, 5, 1))

    first, second = invoices(line)

    assert [a for kind, a, _ in lines_of(first) if kind is ChargeKind.USAGE] == [D("15.51")]
    assert [a for kind, a, _ in lines_of(second) if kind is ChargeKind.USAGE] == [D("7.00")]


def test_usage_that_arrives_after_its_bill_is_on_the_next_as_a_prior_period(database):
    line = postpaid(started=(2026, 1, 1))
    run(date(2026, 2, 1))
    UsageRecordFactory(line=line, charged=D("0.90"), started_at=noon(2026, 1, 30))
    UsageRecordFactory(line=line, charged=D("2.00"), started_at=noon(2026, 2, 10))

    run(date(2026, 3, 1))

    january, february = invoices(line)
    used = [c for c in queries.invoice_with_lines(february.id).charges if c.because.get("usage")]
    assert {(c.because["prior"], c.amount) for c in used} == {(True, D("0.90")), (False, D("2.00"))}
    assert january.total == D("598.00")


def test_a_line_closed_in_the_month_gets_its_unused_days_back_and_no_bill_after_the_last(database):
    line = postpaid("310.00", started=(2026, 2, 1))
    run(date(2026, 3, 1))
    with on(2026, 3, 21):
        subscriptions.close_line(line.id, by=SYSTEM, reason="asked")

    run(date(2026, 7, 1))

    bills = invoices(line)
    assert len(bills) == 2
    assert lines_of(bills[1])[0] == (ChargeKind.PRORATED_CREDIT, D("-110.00"), date(2026, 3, 21))


def test_a_bill_is_never_negative_and_what_is_left_waits_for_the_next(database):
    line = postpaid("310.00", started=(2026, 2, 1))
    run(date(2026, 3, 1))
    with on(2026, 3, 21):
        subscriptions.close_line(line.id, by=SYSTEM, reason="asked")
    run(date(2026, 4, 1))

    bill = invoices(line)[1]

    assert (bill.total, bill.status) == (D("0.00"), InvoiceStatus.PAID)
    assert [c.amount for c in queries.open_charges(line.account_id)] == [D("-110.00")]


def test_money_of_the_account_pays_the_next_bill(database):
    line = postpaid("299.00", started=(2026, 3, 1))
    run(date(2026, 4, 1))
    [first] = invoices(line)
    with on(2026, 4, 2):
        service.settle(first.id, Money.of("998.00", "MXN"), by=SYSTEM, payment_id=line.id)

    with heard(InvoicePaid) as said:
        run(date(2026, 5, 1))

    second = invoices(line)[1]
    assert (second.total, second.paid, second.status) == (D(299), D(299), InvoiceStatus.PAID)
    assert queries.credit_of(line.account_id) == Money.of("101.00", "MXN")
    assert [event.number for event in said] == [second.number]


def test_an_add_on_with_a_validity_is_charged_once(database):
    line = postpaid(started=(2026, 3, 1))
    add_on = OfferVersionFactory(add_on=True, price=D("50.00"), validity_days=7)
    SubscriptionFactory(
        line=line,
        version=add_on,
        kind="add_on",
        starts_at=noon(2026, 3, 20),
        ends_at=noon(2026, 3, 27),
    )

    run(date(2026, 5, 1))

    first, second = invoices(line)
    assert (ChargeKind.ADD_ON, D("50.00"), date(2026, 3, 20)) in lines_of(first)
    assert [kind for kind, _, _ in lines_of(second)] == [ChargeKind.RECURRING]


def test_fibre_and_mobile_of_one_account_are_on_one_bill(database):
    line = postpaid("299.00", started=(2026, 3, 1))
    fibre = OfferVersionFactory(price=D("499.00"), offer__service=Service.FIBRE)
    line_with_plan(fibre, account=line.account, activated_at=noon(2026, 3, 1), number="F-100200")

    run(date(2026, 4, 1))

    [invoice] = invoices(line)
    assert invoice.total == 2 * (D("299.00") + D("499.00"))


def test_one_account_can_be_billed_by_itself(database):
    line, other = postpaid(), postpaid()

    with on(2026, 4, 2):
        invoice = service.issue_invoice(line.account_id, date(2026, 4, 1), by=SYSTEM)
        same = service.issue_invoice(line.account_id, date(2026, 4, 1), by=SYSTEM)

    assert invoice.id == same.id
    assert invoices(other) == []


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        (date(2026, 5, 1), PeriodNotOver),
        (date(2026, 4, 2), PeriodNotOver),
        (date(2026, 3, 1), NothingToBill),
    ],
)
def test_a_period_that_did_not_end_or_had_nothing_is_not_billed(database, end, refusal):
    line = postpaid()

    with on(2026, 4, 3), pytest.raises(refusal):
        service.issue_invoice(line.account_id, end, by=SYSTEM)


def test_tomorrow_is_not_billed_today(database):
    MarketFactory()

    with on(2026, 4, 1), pytest.raises(PeriodNotOver):
        service.run_cycle("MX", date(2026, 4, 1) + timedelta(days=1), by=SYSTEM)


def test_who_may_not_run_bills(database):
    MarketFactory()

    with pytest.raises(Forbidden):
        service.run_cycle("MX", date(2026, 1, 1), by=agent())


def with_policies(**policies):
    market = MarketFactory()
    market.policies = {**market.policies, **policies}
    db.session.commit()


def discount(line, amount):
    """As the catalogue's discounts are written: a negative charge that waits for the bill."""
    db.session.add(
        Charge(
            account_id=line.account_id,
            line_id=line.id,
            kind=ChargeKind.DISCOUNT,
            description="Two lines",
            amount=-D(amount),
            currency="MXN",
            period_start=date(2026, 3, 1),
            period_end=date(2026, 4, 1),
            because={"rule": "discount", "percent": "10", "of": "25.00", "plan": "Plus 20GB"},
            effect_key=f"discount:{line.id}",
            created_at=noon(2026, 3, 1),
        )
    )
    db.session.commit()


def test_a_discount_is_taken_off_before_a_tax_that_is_rounded_per_line(database):
    with_policies(tax_rounding="per_line")
    MarketFactory().tax_inclusive = False
    line = postpaid("25.00", started=(2026, 3, 1))
    discount(line, "0.01")

    run(date(2026, 4, 1))

    [invoice] = invoices(line)
    # 24.99 (or 25.00 less a cent) and 25.00 at 16 %: 4.00 each.
    assert (invoice.net, invoice.tax) == (D("49.99"), D("8.00"))


def test_several_changes_on_one_day_net_to_the_direct_change(wired):
    """Kill Bill: what comes and goes within a day costs nothing."""
    one, direct = postpaid("299.00", started=(2026, 4, 1)), postpaid("299.00", started=(2026, 4, 1))
    middle, last = (OfferVersionFactory(price=D(price)) for price in ("999.00", "599.00"))
    with on(2026, 4, 11):
        subscriptions.change_plan(one.id, middle.id, by=SYSTEM, effect_key="to the middle")
        subscriptions.change_plan(direct.id, last.id, by=SYSTEM, effect_key="directly")
    with on(2026, 4, 11, hour=13):
        subscriptions.change_plan(one.id, last.id, by=SYSTEM, effect_key="to the last")

    run(date(2026, 5, 1))

    assert [each.total for each in invoices(one)] == [each.total for each in invoices(direct)]
    [invoice] = invoices(direct)
    changed = sum(amount for kind, amount, _ in lines_of(invoice) if kind.startswith("prorated"))
    assert changed == D("299.00") + D("200.00")
