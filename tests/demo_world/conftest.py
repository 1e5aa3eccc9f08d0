"""The outside world and a merchant, both listening on real ports."""

import json
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from argon2 import PasswordHasher

from app.demo.world.application import create_app
from app.demo.world.settings import Settings
from tests.demo_world.listener import VALERIA, listening
from tests.serving import kept_up, serving

API_KEY, WEBHOOK_SECRET = "sandbox-key", "sandbox-webhook-secret"
PASSWORD = "correct horse battery"
TLS = ssl.create_default_context()  # costly to make, and shared by all clients
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass
class World:
    url: str
    state: object

    def visitor(self):
        return httpx.Client(base_url=self.url, trust_env=False, verify=TLS)

    def api(self, timeout=5):
        return httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {API_KEY}"},
            trust_env=False,
            verify=TLS,
            timeout=timeout,
        )


@dataclass
class Merchant:
    """Hears callbacks; answers with the statuses it was given, then 200."""

    url: str = ""
    heard: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count):
        with self.news:
            assert self.news.wait_for(lambda: len(self.heard) >= count, timeout=5)
            return list(self.heard)


def eventually(true):
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@contextmanager
def running(folder, **wanted):
    settings = Settings(
        **{
            "world_url": "http://shop.test",
            "dialtone_url": "http://dialtone.test",
            "state_folder": folder / "state",
            "accounts_file": folder / "accounts.json",
            "gateway_api_key": API_KEY,
            "gateway_webhook_secret": WEBHOOK_SECRET,
            "retry_delays": (0.02,) * 7,
            "hung_for": 0.3,
            "network_hangs_for": 0.4,
            **wanted,
        }
    )
    app = create_app(settings)
    with serving(app) as url:
        yield World(url, settings.state_folder)
    app.extensions["postman"].stop()
    app.extensions["hooks"].stop()


@pytest.fixture
def world(tmp_path):
    with running(tmp_path) as world:
        yield world


@pytest.fixture
def merchant():
    merchant = Merchant()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with merchant.news:
                merchant.heard.append((body, self.headers["Gateway-Signature"]))
                status = merchant.statuses.pop(0) if merchant.statuses else 200
                merchant.news.notify_all()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    merchant.url = f"http://127.0.0.1:{server.server_port}"
    with kept_up(server):
        yield merchant


@pytest.fixture
def application():
    """Where the sandbox's providers call."""
    with listening() as made:
        yield made


@pytest.fixture
def phones(tmp_path, application):
    """The outside world with Valeria's phone in it, whose providers call the application."""
    write_accounts(tmp_path, phone=VALERIA)
    wanted = {"receipts_after": 0.01, "provider_hangs_for": 0.05, "dialtone_url": application.url}
    with running(tmp_path, **wanted) as made:
        yield made


@pytest.fixture
def accounts(tmp_path):
    return write_accounts(tmp_path)


def write_accounts(folder, **changes):
    valeria = {
        "reference": "C-000123",
        "name": "Valeria Hernández",
        "email": "valeria@example.mx",
        "password_hash": CHEAP.hash(PASSWORD),
        "market": "MX",
        "language": "es",
        **changes,
    }
    inboxes = {
        code: {
            "key": f"web-{code.lower()}",
            "secret": f"{code}: a secret of more than 32 bytes",
        }
        for code in ("MX", "BR", "IN")
    }
    content = {"inboxes": inboxes, "customers": [valeria]}
    (folder / "accounts.json").write_text(json.dumps(content), encoding="utf-8")
    return content
