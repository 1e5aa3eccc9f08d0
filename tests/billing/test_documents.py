from datetime import date
from decimal import Decimal

import pytest

from app.billing import documents, queries, service
from app.billing.access import invoice_for
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
