"""In a real browser: an activation moves on the agent's screen without a reload."""

import pytest
from playwright.sync_api import expect

from app.core import events
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
from tests.windows import window

__all__ = ["window"]  # a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def address(own_application):
    """The application served on a port. Cookies without a prefix."""
    app = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    heard = {**IN_TRANSACTION}
    for kind, listeners in REACTIONS.items():
        heard[kind] = [*heard.get(kind, ()), *listeners]
    events._tables = events.Tables(in_transaction=heard, errands=ERRANDS)
    with serving(app) as address:
        yield address


def test_an_activation_moves_on_the_open_page(window, identity, network_fake):  # noqa: F811
    plan()
    stocked()
    order = ordered()
    page = window(StaffFactory(roles=["manager"]), f"/desk/activations/{order.id}")
    expect(page.get_by_role("status").first).to_have_text("Identity is checked")
    page.evaluate("window.sameDocument = true")

    settle()

    expect(page.locator("#activation .state").first).to_have_text("Active", timeout=15_000)
    assert page.evaluate("window.sameDocument") is True
