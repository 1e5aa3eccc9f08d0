import json
import re
import time

import pytest

from app.core import events, site
from app.core.ids import new_id
from app.demo.world.callbacks import signature
from app.payments import switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.events import PaymentDeclined, PaymentSucceeded
from app.payments.port import GatewayDown
from app.wiring import IN_TRANSACTION
from tests.demo_world.conftest import API_KEY, WEBHOOK_SECRET, running
from tests.demo_world.forms import submit

NOBODY = "http://127.0.0.1:9"


def adapter(url, *, kind=SandboxGateway, callback_url=f"{NOBODY}/hooks/payments/sandbox"):
    return kind(url, api_key=API_KEY, webhook_secret=WEBHOOK_SECRET, callback_url=callback_url)


class LosesAnswers(SandboxGateway):
    """The gateway hears us, and its answers to orders get lost on the way."""

    def create_checkout(self, order):
        super().create_checkout(order)
        raise GatewayDown("the answer was lost")


@pytest.fixture
def world(tmp_path):
    with running(tmp_path, retry_delays=()) as world:
        yield world


@pytest.fixture
def plugged():
    """Plug gateways in; afterwards the one from before is back."""
    before, address = dict(switch._plugged), site.url()
    site.open_at("https://care.aurora.example")
    yield switch.plug_in
    site.open_at(address)
    switch._plugged.clear()
    switch._plugged.update(before)


@pytest.fixture
def gateway(world, plugged):
    """The sandbox gateway itself, running, and our adapter to it plugged in."""
    plugged(adapter(world.url))
    return world


@pytest.fixture
def nobody(plugged):
    """Our adapter, and nobody at the other end. Callbacks can still be read."""
    plugged(adapter(NOBODY))


def call(payment, *, kind="succeeded", at=None, secret=WEBHOOK_SECRET, **changes):
    """A callback about a payment, raw and signed as the gateway does it."""
    body = {
        "event_id": f"evt_{payment.id.hex}_{kind}",
        "type": f"checkout.{kind}",
        "checkout_id": payment.provider_reference or "chk_first_heard_of",
        "reference": str(payment.id),
        "amount": f"{payment.amount:.2f}",
        "currency": payment.currency,
        "transaction_id": "txn_1" if kind == "succeeded" else None,
        "decline_code": None if kind == "succeeded" else "insufficient_funds",
        "method": {"kind": "card", "brand": "visa", "last4": "4242"},
        "created_at": "2026-11-21T10:00:00Z",
        **changes,
    }
    raw = json.dumps(body).encode()
    return raw, {"Gateway-Signature": signature(secret, raw, at=at or int(time.time()))}


@pytest.fixture
def following(plugged):
    """AutoPay hears what becomes of its payments, as it is wired."""
    tables = events._tables
    before = tables.in_transaction
    heard = (PaymentSucceeded, PaymentDeclined)
    tables.in_transaction = {**before, **{kind: IN_TRANSACTION[kind] for kind in heard}}
    yield
    tables.in_transaction = before


def token_at(world, customer_id, *, method="card", behaviour="approve"):
    """A method that a customer had saved at the gateway; its charges end as told."""
    with world.api() as api:
        body = {
            "reference": "SET-UP",
            "amount": "1.00",
            "currency": "MXN",
            "method_hint": method,
            "payer": "priya@okaxis",
            "customer": str(customer_id),
            "offer_saving": True,
            "return_url": f"{world.url}/",
            "callback_url": f"{NOBODY}/",
        }
        opened = api.post(
            "/gateway/v1/checkouts", json=body, headers={"Idempotency-Key": str(new_id())}
        ).json()
    page = f"/gateway/pay/{opened['id']}"
    with world.visitor() as visitor:
        submit(visitor, page, page, outcome="approve", save="yes")
        found = visitor.get("/gateway/").text
        token = re.findall(r"/gateway/saved/(tok_[0-9a-f]{24})", found)[-1]
        behave(world, token, behaviour)
    return token


def behave(world, token, behaviour):
    with world.visitor() as visitor:
        submit(visitor, "/gateway/", f"/gateway/saved/{token}", behaviour=behaviour)


def charges_at(world):
    """The references of all charges that the gateway made, one for each."""
    rows = json.loads((world.state / "world.json").read_text())["checkouts"].values()
    return [row["reference"] for row in rows if row["id"].startswith("chg_")]
