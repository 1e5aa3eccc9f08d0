"""The real programs on their own stores: web, sockets, worker and beat, without a bot."""

import random
import re
import shutil
import time

import httpx
import pytest
import socketio
from socketio.exceptions import SocketIOError
from sqlalchemy import create_engine

from app.core import db, secrets
from app.demo import keys
from app.demo.readiness import answers, wait_until
from app.demo.stack import PortTaken, Stack
from app.identity.models import SessionKind
from app.web.login import COOKIES
from migrations import upgrade
from tests.conftest import STATE
from tests.factories.conversations import SITE, InboxFactory
from tests.factories.identity import StaffFactory
from tests.security.browsers import opened

PROGRAMS = ("web", "sockets", "worker", "beat")


@pytest.fixture(scope="session")
def running():
    """The stack, started from nothing."""
    state = STATE / "reliability"
    shutil.rmtree(state, ignore_errors=True)
    stack = _on_free_ports(state)
    try:
        stack.start_stores()
        upgrade(stack.begin_database(), stack.database_url)
        stack.finish_database()
        stack.run_programs(PROGRAMS)
        wait_until_well(stack)
        yield stack
    finally:
        stack.stop()


def _on_free_ports(state):
    while True:
        stack = Stack(state, random.randrange(30_000, 32_000, 10), keys.load(state))
        try:
            stack.check_ports()
        except PortTaken:
            continue
        return stack


def wait_until_well(stack, seconds=90):
    wait_until(lambda: answers(f"{stack.url}/readyz"), "the pages", seconds=seconds)
    sockets = f"http://localhost:{stack.sockets_port}/healthz"
    wait_until(lambda: answers(sockets), "the sockets", seconds=seconds)


@pytest.fixture
def stack(running):
    """The running stack; the test's own session commits to its database."""
    engine = create_engine(running.database_url, pool_pre_ping=True)
    db.session.remove()
    db.factory.configure(bind=engine)
    secrets.set_key(running.secrets["SECRET_KEY"])
    yield running
    db.session.remove()
    db.factory.configure(bind=None)
    secrets.set_key("tests")
    engine.dispose()


class Desk:
    """An agent's browser; it remembers how long its slowest request took."""

    def __init__(self, stack, staff):
        self.staff = staff
        self.cookie = f"__Host-{COOKIES[SessionKind.STAFF]}={_session_of(staff)}"
        self.slowest = 0.0
        self._http = httpx.Client(base_url=stack.url, trust_env=False, timeout=30)
        page = self._http.get("/sign-in", headers={"Cookie": self.cookie}).text
        token = re.search(r'name="csrf_token" value="(\w+)"', page)[1]
        self._headers = {"Cookie": self.cookie, "Origin": stack.url, "X-CSRF-Token": token}
        self._headers["HX-Request"] = "true"

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **more):
        return self._ask("POST", path, **more)

    def _ask(self, method, path, **more):
        answer = self._http.request(method, path, headers=self._headers, **more)
        self.slowest = max(self.slowest, answer.elapsed.total_seconds())
        return answer

    def close(self):
        self._http.close()


def _session_of(staff):
    return opened(SessionKind.STAFF, staff.as_actor())


@pytest.fixture
def ana(stack):
    desk = Desk(stack, StaffFactory(roles=["agent"], markets=["MX"], language="en"))
    yield desk
    desk.close()


class Widget:
    """A visitor's chat on the operator's site; what was not acknowledged is said again."""

    def __init__(self, stack, inbox_key):
        self._sockets = f"http://localhost:{stack.sockets_port}"
        sent = {"inbox": inbox_key, "language": "es"}
        address, headers = f"{stack.url}/chat/session", {"Origin": SITE}
        self.opening = httpx.post(address, json=sent, headers=headers, timeout=30, trust_env=False)
        self.conversation_id = self.opening.json()["conversation_id"]
        self._token = self.opening.json()["token"]
        self._client = None

    def say(self, text, key):
        """Until it is acknowledged. Returns the message's number."""
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = self._ask("say", {"text": text, "key": key})
                if "seq" in answer:
                    return answer["seq"]
            except (SocketIOError, TimeoutError):
                self.close()
            assert time.monotonic() < deadline, "never acknowledged"
            time.sleep(0.1)

    def _ask(self, event, data):
        if self._client is None:
            self._client = socketio.SimpleClient(websocket_extra_options={"origin": SITE})
            self._client.connect(
                self._sockets,
                auth={"token": self._token},
                transports=["websocket"],
                namespace="/chat",
            )
        return self._client.call(event, data, timeout=5)

    def waits_for(self, event, seconds):
        """Until it is heard; True then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self._client.receive(timeout=1)[0] == event:
                    return True
            except SocketIOError:
                continue  # nothing within this second
        return False

    def close(self):
        if self._client is not None:
            self._client.disconnect()
            self._client = None


@pytest.fixture
def visitor(stack):
    """`visitor()` is somebody new on the site."""
    inbox, made = InboxFactory(), []

    def come():
        made.append(Widget(stack, inbox.key))
        return made[-1]

    yield come
    for each in made:
        each.close()
