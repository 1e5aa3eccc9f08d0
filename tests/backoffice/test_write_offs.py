"""The page of what closed accounts owe."""

from decimal import Decimal

import pytest

from app.billing.models import Invoice
from app.core import db
from app.identity.models import ApprovalRequest
from tests.factories.billing import InvoiceFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

PAGE = "/office/write-offs?market=MX"
REASON = {"reason": "Moved away"}


@pytest.fixture
def office(sign_in):
    """A browser of somebody with a role, in Mexico."""
    return lambda *roles: sign_in(language="en", roles=list(roles), markets=["MX"])


@pytest.fixture
def invoice(app):
    return InvoiceFactory()


def send(browser, invoice, what="write-off", amount="299.00", **more):
    url = f"/office/accounts/{invoice.account_id}/{what}"
    return browser.post(url, data={"amount": amount, **REASON, **more})


def now(invoice):
    return db.session.get_one(Invoice, invoice.id, populate_existing=True)


def test_who_owes_is_listed_and_written_off_and_taken_back(office, invoice, confirmed):
    browser = office("billing_administrator")
    page = browser.get(PAGE).text
    assert invoice.account.reference in page
    assert 'name="amount" value="299.00"' in page

    assert send(browser, invoice).status_code == 303
    assert now(invoice).written_off == Decimal("299.00")
    assert "undo-write-off" in browser.get(PAGE).text
    assert "Written off" in browser.get(f"/desk/invoices/{invoice.id}").text
    assert send(browser, invoice, "undo-write-off").status_code == 303

    assert now(invoice).due.amount == Decimal("299.00")
    assert "Owed again" in browser.get("/office/receivables?market=MX").text


def test_above_the_limit_it_waits_and_the_page_says_so(office, confirmed):
    MarketFactory(policies={"approval_limits": {"billing.write_off": {}}})
    invoice, browser = InvoiceFactory(), office("billing_administrator")

    assert send(browser, invoice).status_code == 303

    assert db.session.query(ApprovalRequest).count() == 1
    assert "Waits for a second person" in browser.get(PAGE).text
    assert invoice.account.reference in office("administrator").get("/office/approvals").text


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.005", "298.99", "1e3", "x"])
def test_amounts_that_are_not_what_is_owed_are_refused(office, invoice, confirmed, amount):
    answer = send(office("billing_administrator"), invoice, amount=amount)

    assert 400 <= answer.status_code < 500
    assert now(invoice).written_off == 0


def test_who_may_not_is_refused_and_sees_no_button(office, invoice, confirmed):
    line_with_plan()
    browser = office("agent")

    assert send(browser, invoice).status_code == 403
    assert "/write-off" not in browser.get(PAGE).text.replace("/office/write-offs", "")
    assert send(office("billing_administrator"), invoice, extra="1").status_code == 400
