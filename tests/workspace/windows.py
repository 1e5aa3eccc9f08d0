"""Staff in a real Chromium, on the application served by the test itself: fixtures."""

import pytest
from playwright.sync_api import sync_playwright

from app.core import db, events
from app.identity import sessions
from app.identity.models import SessionKind
from app.wiring import IN_TRANSACTION
from tests.serving import serving


@pytest.fixture
def address(own_application):
    """The application on a port. Cookies without a prefix."""
    app = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    with serving(app) as address:
        yield address


@pytest.fixture
def window(address):
    """Opens a page for somebody who is signed in: `window(staff, path)`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )

        def open_(staff, path):
            token = sessions.open_session(
                SessionKind.STAFF,
                by=staff.as_actor(),
                user_agent="tests",
                address="127.0.0.1",
                verified=True,
            ).token
            db.session.commit()
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            cookies = {"dialtone-staff": token, "language": "en"}
            context.add_cookies(
                [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
            )
            shown = context.new_page()
            shown.goto(f"{address}{path}")
            return shown

        yield open_
        browser.close()
