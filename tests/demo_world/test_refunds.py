"""The payer's bank at the sandbox gateway: it does not take what the merchant gives back."""

import json

from tests.demo_world.forms import submit
from tests.demo_world.test_gateway import decide, open_checkout


def give_back(world, checkout_id, amount, key):
    with world.api() as api:
        return api.post(
            "/gateway/v1/refunds",
            json={"checkout_id": checkout_id, "amount": amount, "currency": "MXN"},
            headers={"Idempotency-Key": key},
        )


def fail(world, refund_id):
    with world.visitor() as bank:
        return submit(bank, "/gateway/", f"/gateway/refunds/{refund_id}/fail")


def test_the_merchant_is_told_under_its_own_key_and_may_give_it_back_anew(world, merchant):
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, "approve")
    amount = json.loads(merchant.wait_for(1)[0][0])["amount"]
    refund = give_back(world, checkout_id, amount, "ours").json()
    assert give_back(world, checkout_id, amount, "more").status_code == 422

    assert fail(world, refund["id"]).status_code == 303
    assert fail(world, refund["id"]).status_code == 409

    told = json.loads(merchant.wait_for(2)[1][0])
    assert (told["type"], told["checkout_id"]) == ("refund.failed", checkout_id)
    assert (told["refund"]["id"], told["refund"]["key"]) == (refund["id"], "ours")
    assert give_back(world, checkout_id, amount, "ours").json()["status"] == "failed"
    assert give_back(world, checkout_id, amount, "more").json()["status"] == "succeeded"


def test_what_was_never_given_back_cannot_fail(world, merchant):
    decide(world, open_checkout(world, merchant.url), "approve")

    assert fail(world, "ref_nobody").status_code == 404
