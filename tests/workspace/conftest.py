"""The application and signed-in agents, on the test's rolled-back session."""

import re
from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from app.identity import sessions
from app.identity.models import SessionKind
from tests.conftest import ORIGIN
from tests.factories.identity import StaffFactory

COOKIE = "__Host-dialtone-staff"


@dataclass
class Desk:
    """An agent's browser. `get` and `post` are htmx's unless `plain`."""

    browser: FlaskClient
    staff_id: object
    name: str
    _tokens: dict = field(default_factory=dict)

    def get(self, path, *, plain=False, **more):
        return self.browser.get(path, headers=self._headers(plain), **more)

    def post(self, path, *, target="", plain=False, **more):
        headers = {**self._headers(plain), "Origin": ORIGIN, "HX-Target": target}
        headers["X-CSRF-Token"] = self._token()
        return self.browser.post(path, headers=headers, **more)

    def _headers(self, plain):
        return {} if plain else {"HX-Request": "true"}

    def _token(self):
        """As the lightest page carries it, read once a session."""
        session = self.browser.get_cookie(COOKIE, "localhost").value
        if session not in self._tokens:
            page = self.browser.get("/sign-in").text
            self._tokens[session] = re.search(r'name="csrf_token" value="(\w+)"', page)[1]
        return self._tokens[session]


@pytest.fixture
def sign_in(app):
    """Sign a member of staff in: `sign_in(roles=["agent"], markets=["MX"])`."""

    def enter(staff=None, **more):
        staff = staff or StaffFactory(**more)
        opened = sessions.open_session(
            SessionKind.STAFF,
            by=staff.as_actor(),
            user_agent="tests",
            address="127.0.0.1",
            verified=True,
        )
        browser = app.test_client()
        browser.set_cookie(COOKIE, opened.token, domain="localhost", secure=True)
        browser.set_cookie("language", "en", domain="localhost")
        return Desk(browser, staff.id, staff.name)

    return enter


@pytest.fixture
def desk(sign_in):
    return sign_in(name="Ana Ruiz", language="en")
