"""Discounts on bills: before tax, spread pro rata (BILLING.md); figures are arithmetic."""

from datetime import date
from decimal import Decimal

import pytest

from app.billing import documents, queries, service
from app.billing.models import Charge, ChargeKind
from app.catalog.models import Service
from app.core import db
from app.core.actor import SYSTEM
from app.subscriptions import service as subscriptions
from tests.billing.conftest import noon, on
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.discounts import DiscountFactory, GrantFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

D = Decimal


def plan(price="299.00", service=Service.MOBILE, currency="MXN"):
    return OfferVersionFactory(
        offer=OfferFactory(service=service), price=D(price), currency=currency
    )


def line(account, price="299.00", service=Service.MOBILE, *, since=(2026, 3, 1)):
    return line_with_plan(plan(price, service), account=account, activated_at=noon(*since))


def bill(account, month):
    """The account's bill of the first of a month: its charges as (kind, amount), and totals."""
    day = date(2026, month, 1)
    with on(2026, month, 2):
        service.run_cycle(account.market_code, day, by=SYSTEM)
    return queries.invoice_with_lines(queries.invoices_of(account_ids=[account.id])[0].id)


def discounts(invoice):
    return sorted(c.amount for c in invoice.charges if c.kind is ChargeKind.DISCOUNT)


@pytest.fixture
def account(database):
    return AccountFactory()


def test_a_bundle_reduces_each_of_its_lines_before_tax(account):
    DiscountFactory(bundle=True, off={"percent": "15"}, name="Triple Play")
    line(account)
    line(account, "449.00", Service.FIBRE)
    line(account, "249.00", Service.TV)
    bill(account, 4)

    invoice = bill(account, 5)

    assert discounts(invoice) == [D("-67.35"), D("-44.85"), D("-37.35")]
    assert invoice.total == D("847.45")  # 997.00 − 149.55; 16 % of tax are inside
    assert (invoice.net, invoice.tax) == (D("730.56"), D("116.89"))


def test_tax_that_comes_on_top_is_of_what_the_discount_leaves(database):
    market = MarketFactory(india=True)
    account = AccountFactory(customer=CustomerFactory(market=market))
    DiscountFactory(market_code="IN", kind="tenure", off={"percent": "10"})
    version = plan("299.00", currency="INR")
    line_with_plan(version, account=account, activated_at=noon(2026, 4, 1))

    invoice = bill(account, 5)

    # 299 of April and 299 of May, 29.90 off each: 538.20, and 18 % on it.
    assert (invoice.net, invoice.tax, invoice.total) == (D("538.20"), D("96.88"), D("635.08"))


def test_a_bundle_ends_with_the_month_when_a_part_has_left(account):
    DiscountFactory(bundle=True, off={"percent": "10"})
    lines = [
        line(account),
        line(account, "449.00", Service.FIBRE),
        line(account, "249", Service.TV),
    ]
    bill(account, 4)
    with on(2026, 4, 16):
        subscriptions.close_line(lines[2].id, by=staff("administrator"), reason="request")

    invoice = bill(account, 5)

    credited = {c.kind: c.amount for c in invoice.charges if c.line_id == lines[2].id}
    # 15 of 30 days of the TV line, and the discount that was given on them.
    assert credited == {
        ChargeKind.PRORATED_CREDIT: D("-124.50"),
        ChargeKind.DISCOUNT: D("12.45"),
    }
    assert discounts(invoice) == [D("12.45")]


def test_a_promotion_reduces_the_months_it_lasts_and_no_more(account):
    made = line(account)
    DiscountFactory(code="HOLA", off={"percent": "50"}, months=2)
    by = customer(account.customer_id)
    with on(2026, 3, 20):
        subscriptions.redeem(account.id, "HOLA", by=by, effect_key="k", line_id=made.id)

    taken = [discounts(bill(account, month)) for month in (4, 5, 6, 7)]

    # Bills of April and May are for those months; the first one's March was before the promotion.
    assert taken == [[D("-149.50")], [D("-149.50")], [], []]


def test_the_first_part_of_a_month_is_reduced_as_it_is_charged(account):
    line(account, "300.00", since=(2026, 4, 11))
    DiscountFactory(kind="volume", off={"amount": "90"})

    invoice = bill(account, 5)

    assert discounts(invoice) == [D("-90.00"), D("-60.00")]  # May whole, 20 of 30 days of April


@pytest.mark.usefixtures("wired")
def test_a_changed_plan_takes_its_discount_back_for_the_days_not_used(account):
    made = line(account)
    DiscountFactory(kind="tenure", off={"percent": "10"})
    bill(account, 4)
    with on(2026, 4, 11):
        subscriptions.change_plan(made.id, plan("599").id, by=staff("agent"), effect_key="x")

    invoice = bill(account, 5)

    # −199.33 and 399.33 for 20 days, 599 for May: what is paid is 90 % of all of it.
    assert discounts(invoice) == [D("-59.90"), D("-39.93"), D("19.93")]
    assert invoice.total == D("719.10")


def test_a_run_repeated_gives_each_discount_once(account):
    DiscountFactory(kind="tenure", off={"percent": "10"})
    line(account)

    first = bill(account, 4)
    second = bill(account, 4)

    assert first.id == second.id
    assert db.session.query(Charge).filter_by(kind=ChargeKind.DISCOUNT).count() == 2


def test_why_there_is_a_discount_can_be_read(account):
    DiscountFactory(kind="tenure", off={"percent": "10"}, name="Loyal")
    made = line(account)
    GrantFactory(
        account_id=account.id,
        line_id=made.id,
        discount=DiscountFactory(off={"amount": "50"}, name="Hola", priority=200),
        starts_at=noon(2026, 3, 15),
    )

    document = documents.document_of(bill(account, 4).id, "en")

    assert [(row.label, row.explanation) for row in document.rows if row.amount.amount < 0] == [
        ("Loyal", "10 % off Plus 20GB at MX$299.00."),
        ("Loyal", "10 % off Plus 20GB at MX$299.00."),
        ("Hola", "MX$50.00 off Plus 20GB at MX$299.00."),
    ]


def test_a_discount_is_not_for_usage_or_add_ons(account):
    DiscountFactory(kind="tenure", off={"percent": "100"})
    made = line(account)
    extra = OfferVersionFactory(add_on=True, price=D("50"))
    with on(2026, 3, 10):
        subscriptions.add_add_on(made.id, extra.id, by=staff("agent"), effect_key="a")

    invoice = bill(account, 4)

    assert invoice.total == D("50.00")


def test_a_run_with_discounts_asks_as_often_for_many_accounts_as_for_few(session):
    DiscountFactory(bundle=True)
    DiscountFactory(kind="tenure")
    promotion = DiscountFactory()

    def sent(accounts):
        for _ in range(accounts):
            each = AccountFactory()
            line(each)
            GrantFactory(account_id=each.id, discount=promotion, starts_at=noon(2026, 3, 1))
        with on(2026, 4, 2), statements(session) as seen:
            assert service.run_cycle("MX", date(2026, 4, 1), by=SYSTEM).issued == accounts
        return len(seen)

    assert sent(3) + 3 >= sent(30)
