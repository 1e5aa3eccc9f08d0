"""The payment gateway: one checkout a key, signed callbacks until heard, refunds within bounds."""

import hashlib
import hmac
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.demo_world.conftest import WEBHOOK_SECRET, eventually, running
from tests.demo_world.forms import submit, token_of

NOWHERE = "http://127.0.0.1:9"


def wanted(merchant_url=NOWHERE, **changes):
    return {
        "reference": "PAY-1",
        "amount": "299.00",
        "currency": "MXN",
        "description": "INV-MX-2026-000045",
        "method_hint": "card",
        "return_url": f"{merchant_url}/back",
        "callback_url": f"{merchant_url}/callback",
        "locale": "es-MX",
        **changes,
    }


def post(world, path, body, key="key-1"):
    with world.api() as api:
        return api.post(path, json=body, headers={"Idempotency-Key": key})


def open_checkout(world, merchant_url=NOWHERE, key="key-1", **changes):
    return post(world, "/gateway/v1/checkouts", wanted(merchant_url, **changes), key).json()["id"]


def checkout(world, checkout_id):
    with world.api() as api:
        return api.get(f"/gateway/v1/checkouts/{checkout_id}").json()


def decide(world, checkout_id, outcome, **fields):
    page = f"/gateway/pay/{checkout_id}"
    with world.visitor() as payer:
        return submit(payer, page, page, outcome=outcome, **fields)


def refund(world, checkout_id, amount="100.00", currency="MXN", key="refund-1"):
    body = {"checkout_id": checkout_id, "amount": amount, "currency": currency}
    return post(world, "/gateway/v1/refunds", body, key)


def test_a_checkout_is_opened_and_can_be_read_back(world):
    opened = post(world, "/gateway/v1/checkouts", wanted(amount="299"))

    assert opened.status_code == 201
    checkout_id = opened.json()["id"]
    page = f"http://shop.test/gateway/pay/{checkout_id}"
    assert opened.json() == {
        "id": checkout_id,
        "url": page,
        "status": "open",
        "action": None,
        "expires_at": None,
    }
    assert checkout(world, checkout_id) == {
        "id": checkout_id,
        "status": "open",
        "reference": "PAY-1",
        "amount": "299.00",
        "currency": "MXN",
        "transaction_id": None,
        "decline_code": None,
        "method": None,
    }


def test_one_key_opens_one_checkout_however_many_ask_at_once(world):
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: post(world, "/gateway/v1/checkouts", wanted()), range(10))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


def test_a_key_used_again_for_something_else_is_refused(world):
    open_checkout(world)

    again = post(world, "/gateway/v1/checkouts", wanted(amount="300.00"))

    assert (again.status_code, again.json()["code"]) == (409, "key_reused")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer", "sandbox-key"])
def test_nobody_enters_without_the_api_key(world, header):
    with world.visitor() as stranger:
        answer = stranger.post(
            "/gateway/v1/checkouts",
            json=wanted(),
            headers={"Authorization": header, "Idempotency-Key": "1"},
        )

    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_key")


def test_a_gateway_without_a_key_serves_nobody(tmp_path):
    with running(tmp_path, gateway_api_key="") as world, world.visitor() as stranger:
        answer = stranger.get("/gateway/v1/checkouts/x", headers={"Authorization": "Bearer"})

    assert (answer.status_code, answer.json()["code"]) == (503, "not_configured")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "0.00"},
        {"amount": "-1.00"},
        {"amount": "1.005"},
        {"amount": "1e3"},
        {"amount": "٣"},
        {"amount": 299.0},
        {"currency": "mxn"},
        {"reference": ""},
        {"reference": None},
        {"reference": "a\u0000b"},
        {"description": "\ud800"},
        {"description": "x" * 5000},
        {"return_url": "javascript:alert(1)"},
        {"return_url": "http://[broken"},
        {"callback_url": "/relative"},
        {"locale": ["es"]},
    ],
)
def test_a_checkout_that_makes_no_sense_is_refused_with_the_field_s_name(world, changes):
    with world.api() as api:
        answer = api.post(
            "/gateway/v1/checkouts",
            content=json.dumps(wanted(**changes)),
            headers={"Idempotency-Key": "1", "Content-Type": "application/json"},
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert next(iter(changes)) in answer.json()["message"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b" " * 70_000, "application/json", 413),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(world, content, kind, status):
    with world.api() as api:
        answer = api.post(
            "/gateway/v1/checkouts",
            content=content,
            headers={"Idempotency-Key": "1", "Content-Type": kind},
        )

    assert answer.status_code == status
    assert answer.json()["code"]


def test_an_approved_payment_is_called_back_signed_and_leads_back(world, merchant):
    checkout_id = open_checkout(world, merchant.url)

    led = decide(world, checkout_id, "approve", card="mastercard")

    assert (led.status_code, led.headers["Location"]) == (303, f"{merchant.url}/back")
    [(body, signature)] = merchant.wait_for(1)
    moment, sent = (part.split("=", 1)[1] for part in signature.split(","))
    signed = moment.encode() + b"." + body
    assert sent == hmac.new(WEBHOOK_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert abs(int(moment) - time.time()) < 10
    event, now = json.loads(body), checkout(world, checkout_id)
    assert now["status"] == "succeeded"
    assert now["transaction_id"]
    assert event.pop("event_id")
    assert event.pop("created_at").endswith("Z")
    assert event == {
        "type": "checkout.succeeded",
        "checkout_id": checkout_id,
        "reference": "PAY-1",
        "amount": "299.00",
        "currency": "MXN",
        "transaction_id": now["transaction_id"],
        "decline_code": None,
        "method": {"kind": "card", "brand": "mastercard", "last4": "5454"},
    }


def test_a_declined_payment_says_why_and_takes_no_money(world, merchant):
    checkout_id = open_checkout(world, merchant.url)

    decide(world, checkout_id, "decline", decline_code="insufficient_funds")

    [(body, _)] = merchant.wait_for(1)
    event = json.loads(body)
    assert event["type"] == "checkout.declined"
    assert event["decline_code"] == "insufficient_funds"
    assert event["transaction_id"] is None
    assert checkout(world, checkout_id)["status"] == "declined"


def test_a_callback_is_sent_again_until_it_is_heard(world, merchant):
    merchant.statuses += [500, 302, 404]
    decide(world, open_checkout(world, merchant.url), "approve")

    heard = merchant.wait_for(4)
    time.sleep(0.2)

    assert len(merchant.heard) == 4
    assert len({body for body, _ in heard}) == 1


def test_a_callback_nobody_hears_is_given_up_after_eight_tries(world, merchant):
    merchant.statuses += [500] * 20
    decide(world, open_checkout(world, merchant.url), "approve")

    merchant.wait_for(8)
    time.sleep(0.2)

    assert len(merchant.heard) == 8


def test_the_duplicate_button_sends_one_event_five_times(world, merchant):
    decide(world, open_checkout(world, merchant.url), "duplicate")

    heard = merchant.wait_for(5)

    assert len({json.loads(body)["event_id"] for body, _ in heard}) == 1


def test_a_hung_payment_tells_nobody_and_comes_to_light_later(world, merchant):
    checkout_id = open_checkout(world, merchant.url)

    page = decide(world, checkout_id, "hang")

    at_once = checkout(world, checkout_id)
    assert page.status_code == 200
    assert (at_once["status"], at_once["transaction_id"]) == ("hung", None)
    eventually(lambda: checkout(world, checkout_id)["status"] == "succeeded")
    assert checkout(world, checkout_id)["transaction_id"]
    assert merchant.heard == []


def test_a_checkout_is_decided_once_even_when_everybody_presses_at_once(world, merchant):
    checkout_id = open_checkout(world, merchant.url)

    page, gate = f"/gateway/pay/{checkout_id}", threading.Barrier(6, timeout=60)

    def press(outcome):
        with world.visitor() as payer:
            token = token_of(payer.get(page))
            gate.wait(5)
            return payer.post(page, data={"csrf": token, "outcome": outcome}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(press, ["approve", "decline"] * 3)) == {303}

    time.sleep(0.2)
    assert len(merchant.heard) == 1
    assert json.loads(merchant.heard[0][0])["type"].endswith(checkout(world, checkout_id)["status"])


@pytest.mark.parametrize(
    "fields", [{"outcome": "steal"}, {"outcome": "approve", "card": "gold"}, {"outcome": ""}]
)
def test_a_choice_the_page_does_not_offer_decides_nothing(world, fields):
    checkout_id = open_checkout(world)

    assert decide(world, checkout_id, **fields).status_code == 422
    assert checkout(world, checkout_id)["status"] == "open"


def test_a_forged_form_decides_nothing(world):
    checkout_id = open_checkout(world)

    with world.visitor() as stranger:
        forged = stranger.post(f"/gateway/pay/{checkout_id}", data={"outcome": "approve"})

    assert forged.status_code == 400
    assert checkout(world, checkout_id)["status"] == "open"


def test_the_payment_page_speaks_the_payer_s_language(world):
    checkout_id = open_checkout(world, locale="pt_BR", currency="BRL", amount="1189.90")

    with world.visitor() as payer:
        page = payer.get(f"/gateway/pay/{checkout_id}").text

    assert "Total a pagar" in page
    assert "R$\xa01.189,90" in page


def test_a_callback_that_was_not_heard_survives_a_restart(tmp_path, merchant):
    merchant.statuses.append(500)
    with running(tmp_path, retry_delays=(60,)) as world:
        checkout_id = open_checkout(world, merchant.url)
        decide(world, checkout_id, "approve")
        merchant.wait_for(1)

    with running(tmp_path) as world:
        heard = merchant.wait_for(2)

        assert json.loads(heard[0][0]) == json.loads(heard[1][0])
        assert checkout(world, checkout_id)["status"] == "succeeded"


def test_a_refund_is_paid_once_a_key(world, merchant):
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, "approve")

    first, again = refund(world, checkout_id), refund(world, checkout_id)

    assert first.status_code == 201
    assert first.json()["status"] == "succeeded"
    assert again.json() == first.json()


def test_refunds_never_exceed_what_was_paid_even_all_at_once(world, merchant):
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, "approve")

    with ThreadPoolExecutor(5) as pool:
        answers = pool.map(lambda key: refund(world, checkout_id, key=key), "abcde")

    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422, 422]


def test_an_unpaid_checkout_an_unknown_one_and_another_currency_give_nothing_back(world, merchant):
    checkout_id = open_checkout(world, merchant.url)

    assert refund(world, checkout_id).json()["code"] == "not_paid"
    assert refund(world, "chk_unknown").status_code == 404
    decide(world, checkout_id, "approve")
    assert refund(world, checkout_id, currency="BRL").json()["code"] == "wrong_currency"


def test_the_list_shows_what_became_of_each_checkout(world, merchant):
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, "approve")

    with world.visitor() as visitor:
        page = visitor.get("/gateway/?lang=en").text

    assert checkout_id in page
    assert "delivered (tries: 1)" in page


def test_the_token_of_one_visitor_is_worth_nothing_to_another(world):
    checkout_id = open_checkout(world)
    page = f"/gateway/pay/{checkout_id}"

    with world.visitor() as one, world.visitor() as other:
        token = token_of(one.get(page))
        other.get(page)

        assert other.post(page, data={"csrf": token, "outcome": "approve"}).status_code == 400
