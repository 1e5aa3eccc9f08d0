"""The gateway's way in over real HTTP: its page is pressed, and our bill is paid."""

from contextlib import contextmanager

import httpx
import pytest
from flask import Flask
from sqlalchemy import select

from app.billing.models import Invoice, InvoiceStatus
from app.core import db
from app.hooks import LARGEST_CALL, bp
from app.payments import service
from app.payments.models import GatewayCall, Payment, PaymentStatus
from tests.billing.committed import at_once, only
from tests.demo_world.conftest import TLS
from tests.demo_world.forms import submit
from tests.factories.actors import customer
from tests.factories.billing import InvoiceFactory
from tests.factories.payments import PaymentFactory
from tests.payments.conftest import adapter, call
from tests.serving import serving

PATH = "/hooks/payments/sandbox"


def application():
    app = Flask(__name__)
    app.register_blueprint(bp)
    app.teardown_appcontext(lambda _error: db.session.remove())
    return app


@contextmanager
def listening():
    with serving(application()) as url:
        yield url


@pytest.fixture
def client(database, nobody):
    """The session stays the test's: the rolled-back transaction is on one connection."""
    app = Flask(__name__)
    app.register_blueprint(bp)
    return app.test_client()


def test_a_call_that_is_stored_is_answered_with_204(client):
    raw, headers = call(PaymentFactory())

    answers = [client.post(PATH, data=raw, headers=headers).status_code for _ in range(3)]

    assert answers == [204, 204, 204]
    assert only(GatewayCall).copies == 3


@pytest.mark.parametrize(
    ("path", "data", "headers", "status", "code"),
    [
        (PATH, b"{}", {}, 400, "bad_callback"),
        (PATH, b"\xff\x00", {"Gateway-Signature": "t=1,v1=" + "0" * 64}, 400, "bad_callback"),
        (PATH, b"x" * (LARGEST_CALL + 1), {}, 413, "invalid"),
        ("/hooks/payments/nobody", b"{}", {}, 404, "not_found"),
    ],
)
def test_what_is_not_the_gateway_s_is_refused_as_json(client, path, data, headers, status, code):
    answer = client.post(path, data=data, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_call_about_a_stranger_s_payment_is_refused(client):
    raw, headers = call(PaymentFactory(), amount="1.00")

    answer = client.post(PATH, data=raw, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (409, "callback_refused")


def test_reading_is_not_offered(client):
    assert client.get(PATH).status_code == 405


@pytest.mark.parametrize("outcome", ["approve", "duplicate"])
def test_pressing_approve_on_the_gateway_s_page_pays_the_bill(
    committing,
    world,
    plugged,
    outcome,
):
    with listening() as url:
        plugged(adapter(world.url, callback_url=url + PATH))
        invoice = InvoiceFactory()
        payment = service.start_checkout(
            by=customer(invoice.account.customer_id),
            invoice_id=invoice.id,
            language="pt",
            idempotency_key="one",
        )
        page = f"/gateway/pay/{payment.provider_reference}"
        with world.visitor() as visitor:
            submit(visitor, page, page, outcome=outcome)

    assert only(Payment).status is PaymentStatus.SUCCEEDED
    assert only(Invoice).status is InvoiceStatus.PAID
    assert only(GatewayCall).copies == (1 if outcome == "approve" else 5)
    assert db.session.scalar(select(Payment.transaction_id)).startswith("txn_")


def test_copies_over_http_at_once_are_all_answered(committing, nobody):
    raw, headers = call(PaymentFactory())
    with listening() as url:

        def post(_):
            with httpx.Client(trust_env=False, verify=TLS, timeout=20) as client:
                return client.post(url + PATH, content=raw, headers=headers).status_code

        answers = at_once(30, post)

    assert answers == [204] * 30
    assert only(GatewayCall).copies == 30
