"""The payer's bank at the sandbox gateway: takes back what was paid, and decides once."""

import json

import pytest

from tests.demo_world.forms import submit
from tests.demo_world.test_gateway import decide, open_checkout


def press(world, checkout_id, state):
    with world.visitor() as bank:
        return submit(bank, "/gateway/", f"/gateway/chargebacks/{checkout_id}", state=state)


def test_the_merchant_is_told_of_each_step_with_the_payment_it_is_about(world, merchant):
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, "approve")

    for state in ("opened", "lost"):
        assert press(world, checkout_id, state).status_code == 303

    told = [json.loads(body) for body, _ in merchant.wait_for(3)]
    assert [each["type"] for each in told] == [
        "checkout.succeeded",
        "chargeback.opened",
        "chargeback.lost",
    ]
    assert {each["transaction_id"] for each in told} == {told[0]["transaction_id"]}
    assert told[1]["chargeback"]["id"] == told[2]["chargeback"]["id"]


@pytest.mark.parametrize(
    ("outcome", "steps"),
    [
        ("decline", ["opened"]),
        ("approve", ["won"]),
        ("approve", ["opened", "opened"]),
        ("approve", ["opened", "won", "lost"]),
        ("approve", ["exploded"]),
    ],
)
def test_what_cannot_be_is_refused(world, merchant, outcome, steps):
    other = open_checkout(world, merchant.url, key="other")
    decide(world, other, "approve")  # so that there is a form with a token
    checkout_id = open_checkout(world, merchant.url)
    decide(world, checkout_id, outcome)

    statuses = [press(world, checkout_id, state).status_code for state in steps]

    assert statuses[-1] == 409
    assert set(statuses[:-1]) <= {303}
