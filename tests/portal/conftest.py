"""The customers' surface as a browser meets it, on the test's rolled-back database."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from flask import Flask

from app.core import events
from app.identity import sessions
from app.identity.models import SessionKind
from app.portal import bp
from app.web import csrf, errors, filters, limits, locale, login, security
from app.web.login import customer_actor
from config import Config
from tests.factories.conversations import SITE

OURS = "https://care.aurora.example"
COOKIE = "__Host-dialtone-customer"


@pytest.fixture(scope="session")
def surface(redis_url):
    """Our pages alone, put together once: their routes and templates take a while."""
    with put_together(redis_url) as made:
        yield made


@contextmanager
def put_together(redis_url):
    made = Flask("app")
    config = replace(Config(), public_url=OURS, sockets_url="https://live.aurora.example")
    made.config.update(DIALTONE=config, SECRET_KEY="tests")
    made.config.update(SERVER_NAME="care.aurora.example", PREFERRED_URL_SCHEME="https")
    for part in (locale.speak, filters.install, csrf.protect, errors.handle):
        part(made)
    security.protect(made, config)
    limits.install(made, redis_url)
    made.register_blueprint(bp)
    made.add_url_rule("/sign-in", "workspace.sign_in", login.open_to_all(lambda: ""))
    yield made
    made.extensions["limits"].close()


@pytest.fixture
def app(surface, database):
    yield surface
    surface.extensions["limits"].flushdb()


@pytest.fixture
def browser(app):
    """A browser on our own pages; every form of it says where it comes from."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = OURS
    client.set_cookie("language", "en", domain="care.aurora.example")
    return client


@pytest.fixture
def signed_in(app, browser):
    """`signed_in(customer)` is a browser in which she is, and the token her forms carry."""

    def sign_in(customer):
        opened = sessions.open_session(
            SessionKind.CUSTOMER,
            by=customer_actor(customer),
            user_agent="test",
            address="127.0.0.1",
        )
        browser.set_cookie(COOKIE, opened.token, domain="care.aurora.example")
        return Visitor(browser)

    return sign_in


class Visitor:
    def __init__(self, client):
        self.client = client
        self._tokens = {}

    def see(self, path, **more):
        return self.client.get(path, **more)

    def send(self, path, **form):
        return self.client.post(path, data={"csrf_token": self._token(), **form})

    def _token(self):
        """Of a form of the page that she sees first, read once a session."""
        session = self.client.get_cookie(COOKIE, "care.aurora.example").value
        if session not in self._tokens:
            page = self.client.get("/my/bills").text
            self._tokens[session] = re.search(r'name="csrf_token" value="(\w+)"', page)[1]
        return self._tokens[session]


@pytest.fixture
def site(app):
    """The widget on the operator's own site."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = SITE
    return client


@pytest.fixture
def quiet():
    """Nobody listens: what is told to screens is tested in test_push."""
    before = events._tables
    events._tables = events.Tables()
    yield
    events._tables = before
