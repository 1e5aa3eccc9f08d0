"""Browsers that are signed in as somebody, or as nobody."""

import re

from app.identity import sessions
from app.identity.models import SessionKind
from app.web.login import COOKIES, customer_actor
from tests.conftest import ORIGIN
from tests.factories.identity import StaffFactory

COOKIE_NAMES = [f"__Host-{name}" for name in COOKIES.values()]


class Browser:
    """Sends what a browser sends: cookies, origin, and the token of the page's forms."""

    def __init__(self, app, kind=None, token=""):
        self.client = app.test_client()
        self.kind = kind
        self._csrf_tokens = {}
        if kind:
            self.client.set_cookie(
                f"__Host-{COOKIES[kind]}", token, domain="localhost", secure=True
            )

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, **more):
        return self.ask("POST", path, **more)

    def ask(self, method, path, headers=(), **more):
        own = {} if method == "GET" else {"Origin": ORIGIN, "X-CSRF-Token": self.csrf_token()}
        sent = {**own, **dict(headers)}
        answer = self.client.open(path, method=method, headers=sent, buffered=True, **more)
        # A large upload is a file on the disk, which the test client leaves open.
        answer.request.environ["wsgi.input"].close()
        answer.close()
        return answer

    def cookie(self, name):
        found = self.client.get_cookie(name, "localhost")
        return found.value if found else None

    def csrf_token(self):
        """As the page that everybody may see carries it."""
        cookies = tuple(self.cookie(name) for name in COOKIE_NAMES)
        if cookies not in self._csrf_tokens:
            page = self.client.get("/sign-in").get_data(as_text=True)
            self._csrf_tokens[cookies] = re.search(r'name="csrf_token" value="(\w*)"', page)[1]
        return self._csrf_tokens[cookies]


def staff_browser(app, *roles, markets=(), staff=None):
    """With `markets` empty she sees all of them."""
    staff = staff or StaffFactory(roles=list(roles), markets=list(markets))
    return Browser(app, SessionKind.STAFF, opened(SessionKind.STAFF, staff.as_actor()))


def customer_browser(app, customer):
    token = opened(SessionKind.CUSTOMER, customer_actor(customer))
    return Browser(app, SessionKind.CUSTOMER, token)


def opened(kind, actor):
    """The token of a fresh session."""
    made = sessions.open_session(
        kind, by=actor, user_agent="tests", address="127.0.0.1", verified=True
    )
    return made.token
