"""The outside world while the past is filled in: the same program, within ours, on its own port."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import WSGIRequestHandler, make_server

from app.core import clock
from app.demo.stack import Stack
from app.demo.world import callbacks, chargebacks, gateway_pages
from app.demo.world.application import create_app
from app.demo.world.checkouts import Checkout, Ledger
from app.demo.world.lines import Network
from app.demo.world.registry import Registry
from app.demo.world.settings import Settings
from app.payments import service as payments
from app.payments.models import Payment


@dataclass(frozen=True, slots=True)
class Outside:
    """What the world's pages do by hand. Callbacks arrive at the moment of our clock."""

    ledger: Ledger
    lines: Network
    registry: Registry
    secret: str

    def pay(self, payment: Payment, *, save: bool = False) -> Checkout:
        """The customer approves on the hosted page."""
        checkout = self.ledger.approve(payment.provider_reference or "", brand="visa", save=save)
        if checkout is None:
            raise RuntimeError("somebody decided this checkout before")
        self._call(gateway_pages.event(checkout, self.ledger))
        return checkout

    def take_back(self, checkout: Checkout) -> None:
        """Her bank opens a chargeback."""
        row = {"id": f"cbk_{checkout.id}", "checkout_id": checkout.id, "state": "opened"}
        self._call(chargebacks.event(checkout, row))

    def _call(self, event: dict[str, object]) -> None:
        body = json.dumps(event).encode()
        at = int(clock.now().timestamp())
        signed = {"Gateway-Signature": callbacks.signature(self.secret, body, at=at)}
        payments.receive_callback(body, signed)


class _Silent(WSGIRequestHandler):
    def log_request(self, *_said: object) -> None:
        """The progress bar is there to be looked at."""


@contextmanager
def running(stack: Stack) -> Iterator[Outside]:
    """It keeps its state where the world's own program will find it."""
    settings = Settings.read(stack.environment(), port=stack.world_port)
    app = create_app(settings)
    server = make_server("127.0.0.1", stack.world_port, app, threaded=True, request_handler=_Silent)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        parts = {name: app.extensions[name] for name in ("ledger", "lines", "registry")}
        yield Outside(**parts, secret=settings.gateway_webhook_secret)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
