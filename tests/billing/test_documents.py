from datetime import date
from decimal import Decimal

import pytest

from app.billing import documents, queries, service
from app.billing.access import invoice_for
from app.billing.explaining import explain
from app.billing.models import Charge, ChargeKind
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from tests.billing.conftest import noon, on
from tests.factories.actors import agent, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import UsageRecordFactory


def bill(**market):
    market = MarketFactory(**market)
    account = AccountFactory(customer__market=market)
    version = OfferVersionFactory(price=Decimal("299.00"), currency=market.currency)
    line_with_plan(version, account=account, activated_at=noon(2026, 4, 11), number="+525512345678")
    with on(2026, 5, 2):
        service.run_cycle(market.code, date(2026, 5, 1), by=SYSTEM)
    return queries.invoices_of(account_ids=[account.id])[0]


def test_every_row_of_a_bill_says_why(database):
    document = documents.document_of(bill().id, "en")

    assert [(row.label, row.number, row.explanation) for row in document.rows] == [
        ("Plus 20GB", "+525512345678", "MX$299.00 a month, for 20 of 30 days: Apr 11 to Apr 30."),
        ("Plus 20GB", "+525512345678", "MX$299.00 a month, in advance for May 1 to May 31."),
    ]
    assert sum(row.amount.amount for row in document.rows) == document.total.amount


def test_usage_beyond_the_allowance_and_of_a_prior_period_say_what_they_are_made_of(database):
    account = AccountFactory()
    version = OfferVersionFactory(price=Decimal("299.00"))
    line = line_with_plan(version, account=account, activated_at=noon(2026, 4, 1))
    used = {"line": line, "charged": Decimal("0.90")}
    UsageRecordFactory(started_at=noon(2026, 4, 12), received_at=noon(2026, 4, 12), **used)
    with on(2026, 5, 2):
        service.run_cycle("MX", date(2026, 5, 1), by=SYSTEM)
    UsageRecordFactory(started_at=noon(2026, 4, 30), received_at=noon(2026, 5, 3), **used)
    for day in (4, 5):
        UsageRecordFactory(started_at=noon(2026, 5, day), **used)
    with on(2026, 6, 2):
        service.run_cycle("MX", date(2026, 6, 1), by=SYSTEM)

    second, first = queries.invoices_of(account_ids=[account.id])
    said = [
        row.explanation
        for invoice in (first, second)
        for row in documents.document_of(invoice.id, "en").rows
        if row.label == "Calls beyond the allowance"
    ]

    assert sorted(said) == sorted(
        [
            (
                "Used in this period: one record beyond the allowance. MX$0.90 rated up to its end,"
                " less MX$0.00 up to its beginning."
            ),
            (
                "Used in a prior period; it reached us after that bill was closed."
                " MX$1.80 rated up to this period, less MX$0.90 billed before."
            ),
            (
                "Used in this period: 2 records beyond the allowance. MX$3.60 rated up to its end,"
                " less MX$1.80 up to its beginning."
            ),
        ]
    )


@pytest.mark.parametrize(
    ("because", "said"),
    [
        (
            {"rule": "discount", "percent": "10", "of": "299.00", "plan": "Plus 20GB"},
            "10 % off Plus 20GB at MX$299.00.",
        ),
        (
            {"rule": "discount", "of": "299.00", "plan": "Plus 20GB"},
            "MX$29.90 off Plus 20GB at MX$299.00.",
        ),
        (
            {"rule": "discount_back", "plan": "Plus 20GB", "days": 10, "of": 30},
            "Plus 20GB ended early: the discount on 10 of 30 days is taken back.",
        ),
    ],
)
def test_why_a_discount_is_what_it_is(because, said):
    charge = Charge(
        kind=ChargeKind.DISCOUNT, amount=Decimal("-29.90"), currency="MXN", because=because
    )

    assert explain(charge, "en_US") == said


def test_days_given_back_because_the_line_was_blocked():
    charge = Charge(
        kind=ChargeKind.CREDIT,
        amount=Decimal("-80.63"),
        currency="MXN",
        period_start=date(2026, 5, 11),
        period_end=date(2026, 5, 21),
        because={
            "rule": "blocked",
            "days": 10,
            "of": 31,
            "price": {"amount": "249.95", "currency": "MXN"},
        },
    )

    assert explain(charge, "en_US") == (
        "Back for 10 of 31 days on which the line was blocked, at MX$249.95 a month:"
        " May 11 to May 20."
    )


def test_where_two_authorities_share_a_tax_both_halves_are_shown(database):
    policies = {"tax_halves": ["CGST", "SGST"]}

    document = documents.document_of(bill(india=True, policies=policies).id, "en")

    assert [(tax.name, tax.amount) for tax in document.taxes] == [
        ("CGST", Money.of("44.85", "INR")),
        ("SGST", Money.of("44.85", "INR")),
    ]
    assert document.net + document.taxes[0].amount + document.taxes[1].amount == document.total


def test_a_bill_is_shown_to_its_customer_and_to_staff_of_its_market(database):
    invoice = InvoiceFactory()
    owner = customer(invoice.account.customer_id)

    assert {invoice_for(by, invoice.id).id for by in (owner, agent(), agent(markets=["MX"]))} == {
        invoice.id
    }


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        pytest.param(customer(), NotFound, id="another customer"),
        pytest.param(agent(markets=["BR"]), NotFound, id="agent of another market"),
        pytest.param(staff("field_technician"), Forbidden, id="without the permission"),
    ],
)
def test_who_may_not_see_a_bill(database, by, refusal):
    with pytest.raises(refusal):
        invoice_for(by, InvoiceFactory().id)
