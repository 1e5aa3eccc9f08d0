"""Staff in a real Chromium, on the application served by the test itself: fixtures."""

import pytest

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
def window(address, chrome):
    """Opens a window for somebody who is signed in, at a path if one is given."""

    def open_(staff, path=None):
        token = sessions.open_session(
            SessionKind.STAFF,
            by=staff.as_actor(),
            user_agent="tests",
            address="127.0.0.1",
            verified=True,
        ).token
        db.session.commit()
        context = chrome.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        cookies = {"dialtone-staff": token, "language": "en"}
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    yield open_
    for context in chrome.contexts:
        context.close()
