"""Tells the merchant what became of a checkout: signed, and again until it is heard."""

import hashlib
import hmac
import json
import logging
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from app.demo.world.checkouts import Checkout, moment
from app.demo.world.outgoing import trust
from app.demo.world.settings import Settings
from app.demo.world.store import Store

log = logging.getLogger(__name__)

TABLE = "callbacks"
COPIES_AT_ONCE = 5


def signature(secret: str, body: bytes, *, at: int) -> str:
    """`t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, over the bytes as they are sent."""
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class Postman:
    """A callback is a row until it is delivered or given up, so a restart goes on with it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._secret = settings.gateway_webhook_secret
        self._delays = settings.retry_delays
        self._client = httpx.Client(timeout=5, verify=trust(), trust_env=False)
        self._stopping = threading.Event()

    def resume(self) -> None:
        for row in self._store.rows(TABLE):
            if row["state"] == "pending":
                self._start(str(row["event"]["event_id"]))

    def stop(self) -> None:
        self._stopping.set()

    def send(self, url: str, event: dict[str, Any], *, copies: int = 1, wait: float = 1.5) -> None:
        """Deliver in the background; come back after the first try, or after `wait` seconds."""
        event_id = str(event["event_id"])
        row = {"url": url, "event": event, "copies": copies, "tries": 0, "state": "pending"}
        self._store.put(TABLE, event_id, row)
        self._start(event_id).wait(wait)

    def _start(self, event_id: str) -> threading.Event:
        tried_once = threading.Event()
        threading.Thread(target=self._deliver, args=(event_id, tried_once), daemon=True).start()
        return tried_once

    def _deliver(self, event_id: str, tried_once: threading.Event) -> None:
        row = self._store.row(TABLE, event_id)
        for delay in (*self._delays[row["tries"] :], None):
            heard = self._try(row)
            row["tries"] += 1
            row["state"] = "delivered" if heard else "given up" if delay is None else "pending"
            self._store.put(TABLE, event_id, row)
            tried_once.set()
            if row["state"] != "pending" or self._stopping.wait(delay):
                return

    def _try(self, row: dict[str, Any]) -> bool:
        """Copies leave in parallel the first time; afterwards one is enough."""
        copies = row["copies"] if row["tries"] == 0 else 1
        body = json.dumps(row["event"]).encode()
        with ThreadPoolExecutor(max_workers=COPIES_AT_ONCE) as pool:
            answers = list(pool.map(lambda _: self._post(row["url"], body), range(copies)))
        return all(answers)

    def _post(self, url: str, body: bytes) -> bool:
        headers = {
            "Content-Type": "application/json",
            "Gateway-Signature": signature(self._secret, body, at=int(time.time())),
        }
        try:
            answer = self._client.post(url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("callback to %s failed: %s", url, error)
            return False
        if not answer.is_success:
            log.warning("callback to %s was answered %s", url, answer.status_code)
        return answer.is_success


def event_about(checkout: Checkout, kind: str) -> dict[str, Any]:
    """What every event tells. One event has one id, however often it is sent."""
    return {
        "event_id": f"evt_{secrets.token_hex(12)}",
        "type": kind,
        "checkout_id": checkout.id,
        "reference": checkout.reference,
        "amount": checkout.amount,
        "currency": checkout.currency,
        "transaction_id": checkout.transaction_id,
        "created_at": moment(),
    }
