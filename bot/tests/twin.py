"""A real HTTP server that answers as the application would, from the contract files."""

import json
import threading
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONTRACTS = Path(__file__).parents[2] / "tests" / "contracts"
TOKEN = "the-bot's-own-token"
BLANK = "⟦YWJjZGVmZ2hpamtsbW5vcA==⟧"  # where the application fills in a secret
CONVERSATION = "6f1f4c1e-8a57-4d3c-9a53-0c9b2f1f0a11"
LINE = "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c01"  # her first
ORDINARY = {
    "context": "a verified customer",
    "balance": "prepaid",
    "usage": "a postpaid line",
    "bill": "an open bill|sent by mail",
    "plans": "plans of a line",
    "change_plan": "a proposal|a proposal of another plan|carried out|the other plan carried out",
    "bill_explained": "higher than before",
    "dispute_charge": "a proposal|carried out",
    "payables": "one bill",
    "payment_link": "an open bill",
    "pay_bills": "one bill|a part|all|carried out|the part carried out|all carried out",
    "top_up": "usual amounts|a link for 50|a proposal|carried out|a voucher",
    "payments": "booked",
    "refundable": "two payments",
    "request_refund": "paid twice|carried out|an outage|the outage carried out",
    "autopay": "off|starting|starting with a limit|started|ending|ended|resuming|resumed",
    "tickets": "one ticket",
    "addons": "packs of a line|the small pack|the big pack|the small pack bought|the big pack bought"
    "|the small pack for abroad|the big pack for abroad|the small pack for abroad bought"
    "|the big pack for abroad bought",
    "puk": "her PUK",
    "activations": "an order waits for papers",
    "network": "all is well",
    "roaming": "prices",
    "leaving": "what leaving costs|a pause|paused|the smaller plan|the smaller plan taken",
    "porting": "may leave|the code|nothing under way|a code to leave|the code given|staying|stayed",
    "lost_sim": "a block, lost|a block, stolen|blocked|blocked as stolen|an eSIM|a card|the eSIM ordered"
    "|the card ordered",
    "contact": "a code goes out|the address changed|another city|the city changed",
    "call_back": "called back",
    "articles": "an article that shares a word",
    "handover": "taken",
    "verification": "a stranger on the site|a code is sent",
}


@cache
def exchange(contract: str, name: str) -> dict[str, Any]:
    return next(each for each in _exchanges(contract) if each["name"] == name)


@cache
def _exchanges(contract: str) -> list[dict[str, Any]]:
    return json.loads((CONTRACTS / f"bot_{contract}.json").read_text(encoding="utf-8"))["exchanges"]


class Twin:
    """Holds one answer for each request; remembers what was asked; can be made to fail."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self._held = ""
        self._free = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.reset()

    def reset(self) -> None:
        self._free.set()
        self._held, self._free = "", threading.Event()
        self.asked.clear()
        self._answers.clear()
        for contract, names in ORDINARY.items():
            for name in names.split("|"):
                self.says(contract, name)

    def says(self, contract: str, name: str) -> None:
        """From now on, answer this request as the contract's exchange of that name does."""
        told = exchange(contract, name)
        request, response = told["request"], told["response"]
        self._answers[_key(request["path"], request.get("json"))] = (response["status"], response["json"])

    def breaks(self, path: str, status: int = 500, body: Any = "<html>oops</html>") -> None:
        for key in [key for key in self._answers if key[0] == path]:
            self._answers[key] = (status, body)

    def holds(self, path: str) -> None:
        """From now on, keep whoever asks this waiting until the next reset; it is done all the same."""
        self._held = path

    def answer(self, method: str, target: str, body: Any, headers: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        self.asked.append(
            {"method": method, "path": parts.path, "query": dict(parse_qsl(parts.query)), "json": body}
        )
        if self._held and parts.path.endswith(self._held):
            self._free.wait(10)
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"code": "unauthorized", "message": "Token"}
        found = self._answers.get(_key(parts.path, body))
        return found or (404, {"code": "not_found", "message": "Nada aquí"})

    def wanted(self) -> list[Any]:
        """What was proposed, by what it was asked with."""
        return [body["wanted"] for body in self.bodies("/proposals")]

    def proposals(self) -> list[tuple[str, Any]]:
        """What was proposed: the kind, and what it was asked with."""
        return [(body["kind"], body["wanted"]) for body in self.bodies("/proposals")]

    def accepted(self) -> list[str]:
        """The ids of the proposals accepted, as often as it was asked."""
        paths = (each["path"] for each in self.asked)
        return [path.split("/")[-2] for path in paths if path.endswith("/accept")]

    def bodies(self, ending: str) -> list[Any]:
        return [each["json"] for each in self.asked if each["path"].endswith(ending)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _key(path: str, body: Any) -> tuple[str, str]:
    """Which conversation asks does not matter, nor for which line; what is wanted does."""
    ending = path.split("/conversations/")[1].split("/", 1)[1]
    wish = (body or {}) if ending == "proposals" else {}
    wanted = {name: value for name, value in wish.get("wanted", {}).items() if name != "line_id"}
    return ending, json.dumps([wish.get("kind"), wanted], sort_keys=True)


def _handler(twin: Twin) -> type:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._answer("POST", json.loads(self.rfile.read(length)))

        def _answer(self, method: str, body: Any) -> None:
            status, told = twin.answer(method, self.path, body, self.headers)
            sent = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked may have left
                self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            """The tests' output stays readable."""

    return Handler
