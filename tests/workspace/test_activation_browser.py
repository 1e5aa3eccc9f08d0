"""In a real browser: an activation moves on the agent's screen without a reload."""

import pytest
from playwright.sync_api import expect, sync_playwright

from app.core import db, events
from app.identity import sessions
from app.identity.models import SessionKind
from app.wiring import ERRANDS, IN_TRANSACTION, REACTIONS
from tests.activation.conftest import (  # noqa: F401 - fixtures
    identity,
    network_fake,
    ordered,
    plan,
    settle,
    stocked,
)
from tests.factories.identity import StaffFactory
from tests.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(own_application):
    """The application served on a port. Cookies without a prefix."""
    app = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    heard = {**IN_TRANSACTION}
    for kind, listeners in REACTIONS.items():
        heard[kind] = [*heard.get(kind, ()), *listeners]
    events._tables = events.Tables(in_transaction=heard, errands=ERRANDS)
    with serving(app) as address:
        yield address


def test_an_activation_moves_on_the_open_page(desk, identity, network_fake):  # noqa: F811
    plan()
    stocked()
    order = ordered()
    opened = sessions.open_session(
        SessionKind.STAFF,
        by=StaffFactory(roles=["manager"]).as_actor(),
        user_agent="tests",
        address="127.0.0.1",
        verified=True,
    )
    path, token = f"/desk/activations/{order.id}", opened.token
    db.session.remove()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = browser.new_context()
        cookies = {"dialtone-staff": token, "language": "en"}
        context.add_cookies(
            [{"name": name, "value": value, "url": desk} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.goto(desk + path)
        expect(page.get_by_role("status").first).to_have_text("Identity is checked")
        page.evaluate("window.sameDocument = true")

        settle()

        expect(page.locator("#activation .state").first).to_have_text("Active", timeout=15_000)
        assert page.evaluate("window.sameDocument") is True
        browser.close()
