"""The widget in a real Chromium: fixtures, and what one does there."""

import subprocess

import pytest
from playwright.sync_api import expect

from app.conversations.models import Conversation
from app.core import db, secrets
from tests.chromium import chromium
from tests.conftest import ROOT, free_port
from tests.factories.conversations import InboxFactory
from tests.portal.site import site_with_widget
from tests.processes import real_database, sockets_process

THEME = {"accent": "#5b21b6", "title": "Aurora Móvil", "greeting": "¡Hola! ¿En qué te ayudo?"}


@pytest.fixture(scope="module")
def server(lasting_database, redis_url, tmp_path_factory):
    secrets.set_key("tests")
    subprocess.run(["npm", "run", "--silent", "widget"], cwd=ROOT, check=True, capture_output=True)
    database = lasting_database()
    with sockets_process(database, redis_url, tmp_path_factory.mktemp("u"), free_port()) as url:
        yield url, database


@pytest.fixture
def inbox(server):
    url, database = server
    with real_database(database):
        made = InboxFactory(theme=THEME)
        with site_with_widget(url, made.key) as address:
            made.allowed_origins = [address]
            db.session.commit()
            yield made


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser, inbox):
    """Open the site; whatever the page complains of fails the test."""
    (site,) = inbox.allowed_origins
    complaints, contexts = [], []

    def open_site(path="/", **more):
        context = browser.new_context(locale="es-MX", **more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}{path}")
        expect(page.locator(".launcher")).to_be_visible(timeout=15_000)
        return page

    yield open_site
    for context in contexts:
        context.close()
    assert complaints == []


def write(page, text):
    page.locator(".input").fill(text)
    page.keyboard.press("Enter")


def bubbles(page):
    return page.locator(".log .line:not(.greeting) .bubble")


def latest_conversation():
    db.session.rollback()
    query = db.session.query(Conversation).order_by(Conversation.created_at.desc())
    return query.populate_existing().first()
