"""A real HTTP server that answers as the application would, from the contract files."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CONTRACTS = Path(__file__).parents[2] / "tests" / "contracts"
TOKEN = "the-bot's-own-token"
CONVERSATION = "6f1f4c1e-8a57-4d3c-9a53-0c9b2f1f0a11"
ORDINARY = {
    "context": "a verified customer",
    "balance": "prepaid",
    "usage": "a postpaid line",
    "bill": "an open bill",
    "plans": "plans of a line",
    "plan_change": "a quote|a quote for another plan|carried out",
    "payment_link": "an open bill",
    "tickets": "one ticket",
    "articles": "an article",
    "handover": "taken",
}


def exchange(contract: str, name: str) -> dict[str, Any]:
    told = json.loads((CONTRACTS / f"bot_{contract}.json").read_text(encoding="utf-8"))
    return next(each for each in told["exchanges"] if each["name"] == name)


class Twin:
    """Holds one answer for each request; remembers what was asked; can be made to fail."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._answers: dict[tuple[str, str], tuple[int, Any]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.reset()

    def reset(self) -> None:
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

    def answer(self, method: str, target: str, body: Any, headers: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        self.asked.append(
            {"method": method, "path": parts.path, "query": dict(parse_qsl(parts.query)), "json": body}
        )
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"code": "unauthorized", "message": "Token"}
        found = self._answers.get(_key(parts.path, body))
        return found or (404, {"code": "not_found", "message": "Nada aquí"})

    def bodies(self, ending: str) -> list[Any]:
        return [each["json"] for each in self.asked if each["path"].endswith(ending)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _key(path: str, body: Any) -> tuple[str, str]:
    """Which conversation asks does not matter; a quote's body does."""
    ending = path.split("/conversations/")[1].split("/", 1)[1]
    told = (body or {}).get("offer_code") or "" if ending.endswith("quote") else ""
    return ending, told


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
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            """The tests' output stays readable."""

    return Handler
