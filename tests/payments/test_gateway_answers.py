"""What we make of a gateway that answers badly, late or not at all."""

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.core.money import Money
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.port import GatewayDown, GatewayRefused, Order
from tests.payments.conftest import NOBODY, adapter
from tests.serving import kept_up

ORDER = Order(
    key="k",
    reference="r",
    amount=Money.of("299", "MXN"),
    description="Invoice",
    return_url="https://shop.test/",
    locale="es_MX",
)


@pytest.fixture
def answering():
    """A server that answers every call with what it was told to."""
    told = {"status": 200, "body": b"{}", "delay": 0}

    class Door(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(told["delay"])
            self.send_response(told["status"])
            self.send_header("Content-Length", str(len(told["body"])))
            self.end_headers()
            self.wfile.write(told["body"])

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    told["url"] = f"http://127.0.0.1:{server.server_port}"
    with kept_up(server):
        yield told


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"oops", GatewayDown),
        (503, b"", GatewayDown),
        (429, b"slow down", GatewayDown),
        (200, b"<html>", GatewayDown),
        (200, b'{"id": 7}', GatewayDown),
        (201, b'{"id": "chk_1", "url": "javascript:alert(1)"}', GatewayDown),
        (302, b"", GatewayDown),
        (401, b"{}", GatewayRefused),
        (409, b"{}", GatewayRefused),
    ],
)
def test_a_bad_answer_is_down_or_a_refusal_and_never_a_checkout(answering, status, body, error):
    answering.update(status=status, body=body)

    with pytest.raises(error):
        adapter(answering["url"]).create_checkout(ORDER)


def test_an_answer_with_an_unknown_state_is_not_believed(answering):
    answering["body"] = b'{"id":"c","status":"maybe","reference":"r","amount":"1","currency":"MXN"}'

    with pytest.raises(GatewayDown):
        adapter(answering["url"]).read("c")


def test_a_gateway_that_hangs_is_given_up_in_time(answering):
    answering["delay"] = 0.5
    impatient = SandboxGateway(
        answering["url"], api_key="", webhook_secret="", callback_url="", timeout=0.1
    )
    started = time.monotonic()

    with pytest.raises(GatewayDown):
        impatient.read("c")

    assert time.monotonic() - started < 0.4


def test_nobody_there_is_down():
    with pytest.raises(GatewayDown):
        adapter(NOBODY).refund(key="k", checkout_id="c", amount=Money.of(1, "MXN"))


def test_the_same_order_twice_is_one_checkout(world):
    ours = adapter(world.url)

    assert ours.create_checkout(ORDER) == ours.create_checkout(ORDER)


def test_a_key_of_another_order_is_refused(world):
    ours = adapter(world.url)
    ours.create_checkout(ORDER)
    dearer = Order("k", "r", Money.of("300", "MXN"), "Invoice", "https://shop.test/", "es_MX")

    with pytest.raises(GatewayRefused):
        ours.create_checkout(dearer)
