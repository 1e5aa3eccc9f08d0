"""Confirming that it is you in a real Chromium: asked in a dialog, and the same request goes on."""

import time
from decimal import Decimal

import pyotp
import pytest
from playwright.sync_api import expect

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.identity import clients
from app.ledger import service as ledger
from app.payments import service
from app.payments.models import PaymentStatus, Refund, RefundTo
from tests.backoffice.chromium import fits, url, visit
from tests.backoffice.money.conftest import SECRET
from tests.billing.committed import only
from tests.factories.billing import InvoiceFactory
from tests.factories.identity import StaffFactory
from tests.factories.payments import PaymentFactory
from tests.payments.test_cash import row, statement

__all__ = ["url", "visit"]  # fixtures

pytestmark = pytest.mark.browser


def bill():
    return StaffFactory(
        roles=["billing_administrator"], totp_secret=SECRET, language="en", markets=[]
    )


def paid(invoice=None):
    invoice = invoice or InvoiceFactory()
    return service.record_payment(
        invoice.id,
        by=SYSTEM,
        method={"kind": "bank_transfer"},
        transaction_id=f"SPEI-{invoice.number}",
        at=clock.now(),
    )


def code(steps):
    return pyotp.TOTP(SECRET).at(int(time.time()) + 30 * steps)


def give_back(page, amount):
    page.get_by_role("button", name="Give back").click()
    page.get_by_label("Amount, at most").fill(amount)
    page.get_by_label("Reason").fill("Moved away")
    page.locator("#dialog").get_by_role("button", name="Give back").click()


def test_the_dialog_asks_says_what_is_wrong_and_goes_on_with_the_same_request(visit):
    payment = paid()
    page = visit(bill(), f"/desk/payments/{payment.id}")

    give_back(page, "100.00")
    dialog = page.locator("#step-up")
    expect(dialog).to_contain_text("Refund a payment")
    expect(dialog).to_contain_text("MX$100.00")

    dialog.get_by_label("The six digits").fill("000000")
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.get_by_role("alert")).to_contain_text("not right")

    dialog.get_by_label("The six digits").fill(code(-1))
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("[data-toasts]")).to_contain_text("The refund is on its way.")
    expect(dialog).to_be_hidden()
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.get_by_text("Refund of MX$100.00")).to_be_visible()
    assert only(Refund).amount == Decimal("100.00")

    # The page goes on working with the session's new id, and a refusal is told as one.
    give_back(page, "199.01")
    dialog.get_by_label("The six digits").fill(code(0))
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("[data-toasts]")).to_contain_text("More than was paid")
    expect(dialog).to_be_hidden()
    db.session.rollback()
    assert only(Refund).amount == Decimal("100.00")


@pytest.mark.parametrize("width", [1280, 360])
def test_no_screen_is_wider_than_the_window(visit, width):
    payment = paid()
    service.refund(payment.id, by=SYSTEM, amount=Money.of("9.00", "MXN"), goes_to=RefundTo.BANK)
    PaymentFactory(status=PaymentStatus.UNKNOWN, check_at=None)
    service.import_statement("MX", statement(row("55.00", "hola", "SPEI-77")), by=SYSTEM)
    ledger.prove()
    page = visit(bill(), "/office/payments", viewport={"width": width, "height": 900})

    for name in ("payments", "payments/attention", "payments/cash", "payments/vouchers"):
        fits(page, f"/office/{name}")
    for path in ("/office/approvals", "/office/ledger", f"/desk/payments/{payment.id}"):
        fits(page, path)


def test_a_field_with_several_values_keeps_them_all_after_the_question(visit):
    administrator = StaffFactory(
        roles=["administrator"], totp_secret=SECRET, language="en", markets=[]
    )
    page = visit(administrator, "/board/machines")

    page.locator("#client-name").fill("Partner")
    for scope in ("catalog.read", "customers.read"):
        page.get_by_label(scope).check()
    page.get_by_role("button", name="Make a secret").click()
    page.locator("#step-up").get_by_label("The six digits").fill(code(0))
    page.locator("#step-up").get_by_role("button", name="Confirm").click()

    expect(page.locator("#clients")).to_contain_text("The secret of Partner")
    expect(page.locator("#clients")).to_contain_text("catalog.read, customers.read")


def test_whoever_said_yes_is_asked_who_she_is_and_not_for_her_yes_again(visit):
    clients.make(by=SYSTEM, name="Partner", scopes=["catalog.read"], markets=[])
    administrator = StaffFactory(
        roles=["administrator"], totp_secret=SECRET, language="en", markets=[]
    )
    page = visit(administrator, "/board/machines")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))

    page.get_by_role("button", name="New secret").click()
    page.locator("#step-up").get_by_label("The six digits").fill(code(0))
    page.locator("#step-up").get_by_role("button", name="Confirm").click()

    expect(page.locator("#clients")).to_contain_text("The secret of Partner")
    assert len(asked) == 1
