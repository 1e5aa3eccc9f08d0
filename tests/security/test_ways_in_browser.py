"""Coming in with a passkey in a real Chromium, whose authenticator is a virtual one."""

import os
import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.core import clock, db
from app.core.actor import SYSTEM
from app.identity import passwords, service
from app.identity.models import Passkey, Session
from tests.chromium import chromium
from tests.factories.customers import CustomerFactory
from tests.whole_application import whole_application

pytestmark = pytest.mark.browser
PASSWORD, TOTP = "correct horse battery", pyotp.random_base32()
# Where pictures of the screens go, when somebody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def url(new_database, redis_url, tmp_path):
    with whole_application(new_database(), redis_url, tmp_path) as found:
        yield found


@pytest.fixture
def page():
    """A browser of somebody whose device has an authenticator."""
    with chromium() as browser:
        made = browser.new_page(locale="en-US")
        complaints = []
        made.on("pageerror", lambda error: complaints.append(str(error)))
        device = made.context.new_cdp_session(made)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        yield made
        assert complaints == []


def picture(page, name):
    """In light, in dark, and as narrow as a small telephone."""
    if not PICTURES:
        return
    wide = page.viewport_size
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        page.wait_for_timeout(400)  # until colours have changed
        page.screenshot(path=f"{PICTURES}/{name}-{theme}.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=f"{PICTURES}/{name}-360.png", full_page=True)
    page.set_viewport_size(wide)
    page.evaluate("() => { document.documentElement.dataset.bsTheme = 'light' }")


def fits(page):
    """Nothing sticks out of a screen of 360 pixels."""
    wide = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(wide)
    return width <= 360


def code(steps=0):
    return pyotp.TOTP(TOTP).at(clock.now() + timedelta(seconds=30 * steps))


def give_password(page, url, email):
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_a_colleague_makes_a_passkey_and_comes_in_with_it(url, page):
    staff = service.hire(
        by=SYSTEM,
        email="ana@aurora.example",
        name="Ana Ruiz",
        roles=["agent"],
        password=PASSWORD,
        totp_secret=TOTP,
    )
    email = staff.email
    page.goto(f"{url}/sign-in")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    picture(page, "staff-sign-in")
    assert fits(page)
    give_password(page, url, email)
    picture(page, "staff-code")
    page.get_by_label("Code").fill(code(-1))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("^[^?]*/desk/"))

    page.goto(f"{url}/me/security")
    picture(page, "staff-security")
    assert fits(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("#step-up")).to_be_visible()
    picture(page, "staff-step-up")
    page.locator("#step-up [name=confirmation]").fill(code())
    page.locator("#step-up").get_by_role("button", name="Confirm").click()
    page.get_by_label("How you call this device").fill("My laptop")
    picture(page, "staff-new-passkey")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("Your passkey is made.")).to_be_visible()
    expect(page.get_by_text("My laptop")).to_be_visible()

    # To confirm a deed, without any code.
    page.wait_for_load_state("load")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="New recovery codes").click()
    page.locator("#step-up").get_by_role("button", name="Use a passkey").click()
    expect(page.locator("[data-codes] li")).to_have_count(10)
    picture(page, "staff-recovery-codes")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download them as a file").click()
    assert len(download.value.path().read_text().split()) == 10

    # Alone, which proves both factors.
    page.context.clear_cookies(name=re.compile("__Host-dialtone-staff$"))
    page.goto(f"{url}/sign-in?next=/desk/tickets")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("^[^?]*/desk/tickets"))

    # As the second factor.
    page.context.clear_cookies(name=re.compile("__Host-dialtone-staff$"))
    give_password(page, url, email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("^[^?]*/desk/"))
    passkey = db.session.scalars(select(Passkey)).one()
    assert passkey.sign_count >= 3
    factors = [each.factors for each in db.session.scalars(select(Session))]
    assert sorted(factors) == [["passkey"], ["password", "passkey"], ["password", "totp"]]


def test_a_customer_signs_in_by_fingerprint(url, page):
    email = CustomerFactory(password_hash=passwords.hashed(PASSWORD), language="en").email
    db.session.commit()
    page.goto(f"{url}/my/sign-in?next=/my/security")
    picture(page, "customer-sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    adding = page.get_by_role("button", name="Add a passkey")
    expect(adding).to_be_visible()
    picture(page, "customer-security")
    assert fits(page)

    adding.click()
    picture(page, "customer-step-up")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("How you call this device").fill("My phone")
    picture(page, "customer-new-passkey")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("My phone")).to_be_visible()

    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.get_by_role("button", name="Use fingerprint, face or PIN").click()
    expect(page).to_have_url(re.compile("/my/$"))

    # And instead of her password, where she is asked again who she is.
    page.goto(f"{url}/my/security")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("It is removed.")).to_be_visible()
    assert db.session.scalars(select(Passkey)).one().revoked_at is not None


def test_a_page_warns_before_the_end_and_keeps_what_was_written(url, page):
    staff = service.hire(
        by=SYSTEM,
        email="boss@aurora.example",
        name="Bea",
        roles=["administrator"],
        password=PASSWORD,
        totp_secret=TOTP,
    )
    give_password(page, url, staff.email)
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("^[^?]*/desk/"))
    session = db.session.scalars(select(Session)).one()

    for path, name in [
        ("/board/people", "people"),
        (f"/board/people/{staff.id}", "person"),
        ("/board/rights", "rights"),
        ("/board/rights/payments.refund", "right"),
        ("/board/roles", "roles"),
        ("/board/reveals", "reveals"),
    ]:
        page.goto(f"{url}{path}")
        picture(page, name)
        assert fits(page), path

    page.goto(f"{url}/board/people/invite")
    page.get_by_label("Name").fill("Eva Paz")
    db.session.get_one(Session, session.id, populate_existing=True).active_at = (
        clock.now() - timedelta(minutes=14)
    )
    db.session.commit()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("Are you still there?")).to_be_visible(timeout=10_000)
    picture(page, "staying")
    page.get_by_role("button", name="I am still here").click()
    expect(page.locator("#staying")).to_be_hidden()

    db.session.get_one(Session, session.id, populate_existing=True).ended_at = clock.now()
    db.session.commit()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("You were signed out")).to_be_visible(timeout=10_000)
    picture(page, "signed-out")
    page.get_by_role("link", name="Sign in and go on").click()
    page.get_by_label("E-mail address").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Code").fill(code(1))
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/board/people/invite"))
    expect(page.get_by_label("Name")).to_have_value("Eva Paz")
