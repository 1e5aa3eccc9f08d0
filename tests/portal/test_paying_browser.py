"""Paying with a code in a real Chromium: it is shown, paid elsewhere, and the page moves on."""

import pytest
from playwright.sync_api import expect

from app.core import db
from app.identity import passwords
from app.payments.models import Payment
from tests.chromium import chromium
from tests.demo_world.conftest import API_KEY, WEBHOOK_SECRET, running
from tests.demo_world.forms import submit
from tests.factories.billing import InvoiceFactory
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.whole_application import whole_application

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.browser


@pytest.fixture
def site(new_database, redis_url, tmp_path):
    database = new_database()
    with (
        running(tmp_path) as world,
        whole_application(
            database,
            redis_url,
            tmp_path,
            gateway_url=world.url,
            gateway_api_key=API_KEY,
            gateway_webhook_secret=WEBHOOK_SECRET,
        ) as url,
    ):
        yield url, world


def sign_in(page, url, email, then):
    page.goto(f"{url}/my/sign-in?next={then}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_pix_code_is_shown_and_the_page_moves_on_when_it_is_paid(site):
    url, world = site
    account = AccountFactory(
        customer__market=MarketFactory(brazil=True),
        customer__password_hash=passwords.hashed(PASSWORD),
        customer__language="en",
    )
    number, email = InvoiceFactory(account=account).number, account.customer.email
    db.session.remove()
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="en-US")
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))

        sign_in(page, url, email, f"/my/bills/{number}/pay")
        page.get_by_label("Pix").check()
        page.get_by_role("button", name="Go on").click()
        code = page.get_by_alt_text("QR code to pay")
        expect(code).to_be_visible()
        assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        page.evaluate("document.querySelector('.portal-code').dataset.kept = 'yes'")
        with page.expect_response(lambda answer: "/my/payments/" in answer.url):
            pass  # it asked by itself, and the code stayed where a camera looks at it
        expect(page.locator(".portal-code[data-kept='yes']")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

        reference = db.session.query(Payment).one().provider_reference
        with world.visitor() as visitor:
            at = f"/gateway/pay/{reference}"
            submit(visitor, at, at, outcome="approve")

        expect(page.get_by_text("Paid. Thank you!")).to_be_visible(timeout=8000)
    assert complaints == []
