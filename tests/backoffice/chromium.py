"""Staff in a real Chromium, on the whole application and a database of their own: fixtures."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.identity import sessions
from app.identity.models import SessionKind
from app.web.locale import LOCALES
from tests.whole_application import whole_application


@pytest.fixture
def url(new_database, redis_url, tmp_path):
    with whole_application(new_database(), redis_url, tmp_path) as address:
        yield address


@pytest.fixture
def visit(url, chrome):
    """A page of somebody who is signed in; whatever it complains of fails the test."""
    complaints = []

    def open_page(staff, path, language="en", **more):
        opened = sessions.open_session(
            SessionKind.STAFF, by=staff.as_actor(), user_agent="", address="", verified=True
        )
        context = chrome.new_context(locale=LOCALES[language].replace("_", "-"), **more)
        # As a browser takes it over HTTPS; it trusts localhost as much.
        home = "https://localhost"
        session = {"name": "__Host-dialtone-staff", "value": opened.token, "secure": True}
        spoken = {"name": "language", "value": language, "url": home}
        context.add_cookies([{**session, "url": home}, spoken])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url + path)
        return page

    yield open_page
    for context in chrome.contexts:
        context.close()
    assert complaints == []


def fits(page, path):
    """The page there is not wider than the window; with `PICTURES` a folder, also a picture."""
    address = urlsplit(page.url)
    page.goto(f"{address.scheme}://{address.netloc}{path}")
    expect(page.locator("h1").first).to_be_visible()
    picture(page, path.strip("/").replace("/", "-")[:40])
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        window = page.viewport_size
        height = page.evaluate("document.querySelector('main').scrollHeight") + 200
        page.set_viewport_size({**window, "height": height})  # what scrolls is inside the page
        page.screenshot(path=f"{folder}/{name}-{window['width']}.png")
        page.set_viewport_size(window)
