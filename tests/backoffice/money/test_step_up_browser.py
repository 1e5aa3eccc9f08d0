"""Confirming that it is you in a real Chromium: asked in a dialog, and the same request goes on."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from decimal import Decimal
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import expect, sync_playwright

from app.core import clock, db, secrets
from app.core.actor import SYSTEM
from app.core.money import Money
from app.identity import clients, sessions
from app.identity.models import SessionKind
from app.ledger import service as ledger
from app.payments import service
from app.payments.models import PaymentStatus, Refund, RefundTo
from tests.backoffice.money.conftest import SECRET
from tests.billing.committed import only
from tests.conftest import ROOT, free_port
from tests.factories.billing import InvoiceFactory
from tests.factories.identity import StaffFactory
from tests.factories.payments import PaymentFactory
from tests.payments.test_cash import row, statement
from tests.portal.running import _wait, real_database

pytestmark = pytest.mark.browser
NOBODY = "http://127.0.0.1:9"


@contextmanager
def web_process(database_url, redis_url, folder):
    port = free_port()
    url = f"http://localhost:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "tests",
        "PUBLIC_URL": url,
        "SOCKETS_URL": NOBODY,
        "GATEWAY_URL": NOBODY,
        "RASA_URL": "",
        "UPLOAD_DIR": str(folder),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "run", "-p", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait(f"{url}/healthz", process)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def url(new_database, redis_url, tmp_path):
    secrets.set_key("tests")
    database = new_database()
    with web_process(database, redis_url, tmp_path) as address, real_database(database):
        yield address


@pytest.fixture
def visit(url):
    """A page of somebody who is signed in; whatever it complains of fails the test."""
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )

        def open_page(staff, path, **more):
            opened = sessions.open_session(
                SessionKind.STAFF, by=staff.as_actor(), user_agent="", address="", verified=True
            )
            context = browser.new_context(locale="en-US", **more)
            # As a browser takes it over HTTPS; it trusts localhost as much.
            home = "https://localhost"
            session = {"name": "__Host-dialtone-staff", "value": opened.token, "secure": True}
            language = {"name": "language", "value": "en", "url": home}
            context.add_cookies([{**session, "url": home}, language])
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(url + path)
            return page

        yield open_page
        browser.close()
    assert complaints == []


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
    shots = os.environ.get("SCREENSHOTS")

    for name in ("payments", "payments/attention", "payments/cash", "payments/vouchers"):
        look(page, f"/office/{name}", shots, width)
    for path in ("/office/approvals", "/office/ledger", f"/desk/payments/{payment.id}"):
        look(page, path, shots, width)


def look(page, path, shots, width):
    """With `SCREENSHOTS` set to a folder, also a picture of it."""
    address = urlsplit(page.url)
    page.goto(f"{address.scheme}://{address.netloc}{path}")
    expect(page.locator("h1").first).to_be_visible()
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if shots:
        name = path.strip("/").replace("/", "-")[:40]
        page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
    assert wider <= 0, path


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
