import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.core.ids import new_id
from app.network.adapters.sandbox import SandboxNetwork
from app.network.port import Action, NetworkDown, OrderRefused

WELL = {
    "msisdn": "+525512345678",
    "registered": True,
    "signal_dbm": -71,
    "technology": "5G",
    "cell": "MX-2141",
    "area": "Puebla",
    "last_seen_at": "2026-11-21T10:00:00Z",
    "latency_ms": 31,
    "throughput_mbps": 80.5,
    "issues": ["throttled"],
}


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer()

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        self.server.bodies.append(json.loads(self.rfile.read(size)))
        self._answer()

    def _answer(self):
        self.server.paths.append(self.path)
        status, body = self.server.answers.pop(0)
        if status is None:
            time.sleep(body)
            return
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *_args):
        """Tests are quiet."""


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.answers, server.paths, server.bodies = [], [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sandbox(server):
    sandbox = SandboxNetwork(f"http://127.0.0.1:{server.server_port}", timeout=0.3)
    yield sandbox
    sandbox._network.close()


def test_a_diagnosis_is_read_as_the_network_gives_it(server, sandbox):
    server.answers = [(200, WELL)]

    found = sandbox.diagnose("+525512345678", service="mobile")

    assert (found.technology, found.signal_dbm, found.issues) == ("5G", -71, ("throttled",))
    assert found.last_seen_at.utcoffset() is not None
    assert server.paths == ["/network/v1/lines/%2B525512345678/diagnosis?service=mobile"]


def test_an_order_is_sent_and_read_back(server, sandbox):
    order_id = new_id()
    server.answers = [(200, {"status": "done"}), (200, {"status": "done"})]

    sandbox.carry_out(order_id, Action.BLOCK_ALL, "+525512345678", plan="plus-20gb")

    assert server.bodies == [
        {
            "order_id": str(order_id),
            "action": "block_outgoing",
            "msisdn": "+525512345678",
            "plan": "plus-20gb",
        }
    ]
    assert server.paths[1] == f"/network/v1/orders/{order_id}"


@pytest.mark.parametrize(
    "answers",
    [
        [(503, {"code": "network_down"})],
        [(429, {})],
        [(200, b"<html>")],
        [(None, 0.6)],
        [(200, {"status": "done"}), (404, {})],
        [(200, {"status": "done"}), (200, {"status": "pending"})],
    ],
    ids=["down", "throttled", "not JSON", "hangs", "lies", "unfinished"],
)
def test_an_order_whose_fate_is_unsure_is_tried_again(server, sandbox, answers):
    server.answers = answers

    with pytest.raises(NetworkDown):
        sandbox.carry_out(new_id(), Action.ACTIVATE, "+525512345678", plan="")


def test_a_refused_order_is_not(server, sandbox):
    server.answers = [(400, {"code": "invalid"})]

    with pytest.raises(OrderRefused):
        sandbox.carry_out(new_id(), Action.ACTIVATE, "x", plan="")


@pytest.mark.parametrize("answer", [{}, [], {**WELL, "signal_dbm": "strong"}, "no"])
def test_an_answer_without_sense_is_no_diagnosis(server, sandbox, answer):
    server.answers = [(200, answer)]

    with pytest.raises(NetworkDown):
        sandbox.diagnose("+525512345678", service="mobile")


def test_nobody_listening_is_a_network_that_is_down(server):
    server.server_close()

    with pytest.raises(NetworkDown):
        SandboxNetwork("http://127.0.0.1:1").diagnose("+525512345678", service="mobile")
