"""Speaks Stripe's API as far as we use it: forms in, JSON out, one answer a key.

Shapes after docs.stripe.com/api (Checkout Sessions, PaymentIntents, Refunds, errors); the
payment methods behave as the test cards of docs.stripe.com/testing do.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.serving import kept_up

KEY = "sk_test_twin"
DECLINES = {
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
    "pm_card_chargeDeclinedStolenCard": "stolen_card",
    "pm_card_authenticationRequired": "authentication_required",
}
CARD = {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2031, "funding": "credit"}


class Twin:
    """`answers` (status, body) are given before anything else, one each."""

    def __init__(self):
        self.url = ""
        self.rows, self.keys, self.asked, self.answers = {}, {}, [], []
        self.refunds = []
        self.lock = threading.Lock()

    def method(self, name="pm_1", *, redisplay="unspecified", customer="cus_1"):
        return {
            "id": name,
            "object": "payment_method",
            "type": "card",
            "card": dict(CARD),
            "customer": customer,
            "allow_redisplay": redisplay,
        }

    def pay(self, session_id, *, keep=False):
        """What a customer does on Stripe's page."""
        session = self.rows[session_id]
        intent = self._intent(session["amount_total"], session["currency"], session["_metadata"])
        intent["payment_method"] = self.method(redisplay="always" if keep else "limited")
        session.update(status="complete", payment_status="paid", payment_intent=intent["id"])
        return intent

    def answer(self, method, path, form, key):
        if key and key in self.keys:
            asked, given = self.keys[key]
            return given if asked == form else error(400, "idempotency_error")
        given = self._do(method, path, form)
        if key:
            self.keys[key] = (form, given)
        return given

    def _do(self, method, path, form):
        kind = path.split("/")[2]
        if path == "/v1/balance":
            return 200, {"object": "balance", "livemode": False}
        if kind == "refunds":
            return self._refund(form) if method == "POST" else self._refunds_of(form)
        if method == "GET":
            row = self.rows.get(path.rpartition("/")[2])
            return (200, self._expanded(row, form)) if row else error(404, "invalid_request_error")
        if path == "/v1/checkout/sessions":
            return self._open(form)
        if kind == "payment_intents":
            return self._charge(form)
        return error(404, "invalid_request_error")

    def _open(self, form):
        session_id = f"cs_test_{len(self.rows)}"
        price = "line_items[0][price_data]"
        self.rows[session_id] = {
            "id": session_id,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": int(form[f"{price}[unit_amount]"]),
            "currency": form[f"{price}[currency]"],
            "client_reference_id": form["client_reference_id"],
            "url": f"https://checkout.stripe.com/c/pay/{session_id}",
            "payment_intent": None,
            "customer_details": {"email": "valeria@example.mx", "name": "Valeria"},
            "_metadata": {
                name: form[f"payment_intent_data[metadata][{name}]"]
                for name in ("reference", "via")
            },
        }
        return 200, self.rows[session_id]

    def _charge(self, form):
        metadata = {name: form[f"metadata[{name}]"] for name in ("reference", "via")}
        intent = self._intent(int(form["amount"]), form["currency"], metadata)
        intent["payment_method"] = self.method(form["payment_method"])
        declined = DECLINES.get(form["payment_method"])
        if declined:
            intent["status"] = "requires_payment_method"
            code = "card_declined" if declined != "authentication_required" else declined
            return error(402, "card_error", code=code, decline_code=declined, payment_intent=intent)
        return 200, self._expanded(intent, form)

    def _intent(self, amount, currency, metadata):
        intent_id = f"pi_{len(self.rows)}"
        self.rows[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "status": "succeeded",
            "amount": amount,
            "currency": currency,
            "metadata": metadata,
            "payment_method": None,
            "last_payment_error": None,
        }
        return self.rows[intent_id]

    def _refunds_of(self, form):
        mine = [row for row in self.refunds if row["payment_intent"] == form["payment_intent"]]
        return 200, {"object": "list", "data": mine[::-1], "has_more": False}

    def _refund(self, form):
        intent = self.rows.get(form["payment_intent"])
        if intent is None:
            return error(404, "invalid_request_error", code="resource_missing")
        given = intent.setdefault("_given", 0) + int(form["amount"])
        if given > intent["amount"]:
            return error(400, "invalid_request_error", code="charge_already_refunded")
        intent["_given"] = given
        refund = {
            "id": f"re_{given}",
            "object": "refund",
            "amount": int(form["amount"]),
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "metadata": {"reference": form["metadata[reference]"]},
            "status": "succeeded",
        }
        self.refunds.append(refund)
        return 200, refund

    def _expanded(self, row, form):
        wanted = [value for name, value in form.items() if name.startswith("expand")]
        shown = {name: value for name, value in row.items() if not name.startswith("_")}
        intent = self.rows.get(shown.get("payment_intent") or "")
        if intent and any(each.startswith("payment_intent") for each in wanted):
            shown["payment_intent"] = self._expanded(intent, {"expand[0]": "payment_method"})
        method = shown.get("payment_method")
        if isinstance(method, dict) and not any("payment_method" in each for each in wanted):
            shown["payment_method"] = method["id"]
        return shown


def error(status, kind, **more):
    return status, {"error": {"type": kind, "message": "No.", **more}}


@contextmanager
def listening():
    twin = Twin()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer("GET", dict(parse_qsl(urlsplit(self.path).query)))

        def do_POST(self):
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer("POST", dict(parse_qsl(raw)))

        def _answer(self, method, form):
            path = urlsplit(self.path).path
            with twin.lock:
                twin.asked.append((method, path, form, self.headers.get("Idempotency-Key")))
                if self.headers["Authorization"] != f"Bearer {KEY}":
                    status, body = error(401, "invalid_request_error")
                elif twin.answers:
                    status, body = twin.answers.pop(0)
                else:
                    key = self.headers.get("Idempotency-Key")
                    status, body = twin.answer(method, path, form, key)
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    twin.url = f"http://127.0.0.1:{server.server_port}"
    with kept_up(server):
        yield twin


def event(kind, about, event_id="evt_1"):
    """As docs.stripe.com/api/events says; `about` is the object at that moment."""
    shown = {name: value for name, value in about.items() if not name.startswith("_")}
    if isinstance(shown.get("payment_method"), dict):
        shown["payment_method"] = shown["payment_method"]["id"]
    body = {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28",
        "created": 1795000000,
        "livemode": False,
        "pending_webhooks": 1,
        "type": kind,
        "data": {"object": shown},
    }
    return json.dumps(body, indent=2).encode()
