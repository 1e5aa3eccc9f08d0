"""The application answers in the shapes that the bot is tested against."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.core import clock
from tests.api_bot.world import (
    NOW,
    plans,
    prepaid_line,
    valeria,
    with_buckets,
    with_invoice,
)
from tests.factories.conversations import ConversationFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.usefixtures("database")
CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def promised(topic, name):
    exchanges = json.loads((CONTRACTS / f"bot_{topic}.json").read_text())["exchanges"]
    return next(each["response"] for each in exchanges if each["name"] == name)


def shape(value):
    """Names and kinds of values; a list has the shape of its first item, null that of anything."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return "number" if isinstance(value, int | float) else "text or null"


def full_world():
    hers = valeria(plans().plus)
    prepaid = prepaid_line(hers)
    with_buckets(hers.line)
    with_invoice(hers, due_on=date(2026, 11, 30))
    TicketFactory(talk=hers.talk)
    return hers, prepaid


@pytest.mark.parametrize(
    ("topic", "name", "path"),
    [
        ("context", "a verified customer", "context"),
        ("balance", "postpaid", "balance"),
        ("plans", "plans of a line", "plans"),
        ("tickets", "one ticket", "tickets"),
    ],
)
def test_what_is_read_has_the_promised_shape(door, topic, name, path):
    hers, _ = full_world()

    answer = door(hers.talk).get(path)

    agreed = promised(topic, name)
    assert answer.status_code == agreed["status"]
    assert shape(answer.json) == shape(agreed["json"])


def test_prepaid_credit_has_the_promised_shape(door):
    hers, prepaid = full_world()

    answer = door(hers.talk).get("balance", line_id=str(prepaid.id))

    assert shape(answer.json) == shape(promised("balance", "prepaid")["json"])


def test_usage_has_the_promised_shape(door):
    hers, _ = full_world()

    told = door(hers.talk).get("usage").json

    agreed = promised("usage", "a postpaid line")["json"]
    assert set(told) == set(agreed)
    assert {frozenset(each) for each in told["buckets"]} == {frozenset(agreed["buckets"][0])}


def test_a_bill_has_the_promised_names(door):
    hers, _ = full_world()

    assert set(door(hers.talk).get("bill").json) == set(promised("bill", "an open bill")["json"])


def test_a_proposal_and_its_acceptance_have_the_promised_shape(door):
    hers, _ = full_world()
    asking = door(hers.talk)
    wanted = {"line_id": str(hers.line.id), "offer_code": "max-unlimited"}

    proposed = asking.post("proposals", kind="change_plan", wanted=wanted)
    accepted = asking.post(f"proposals/{proposed.json['proposal_id']}/accept")

    assert shape(proposed.json) == shape(promised("change_plan", "a proposal")["json"])
    assert shape(accepted.json) == shape(promised("change_plan", "carried out")["json"])


def test_a_handover_has_the_promised_shape(door):
    hers, _ = full_world()

    handover = door(hers.talk).post(
        "handover", intent="talk_to_agent", topic="other", reason="asked", summary=""
    )

    assert shape(handover.json) == shape(promised("handover", "taken")["json"])


@pytest.mark.parametrize(
    ("topic", "name", "path", "talk"),
    [
        ("balance", "an anonymous visitor", "balance", {"anonymous": True}),
        ("balance", "a person owns it", "balance", {"open": True}),
        ("context", "a person owns it", "context", {"open": True}),
        ("bill", "no bill", "bill", {}),
    ],
)
def test_refusals_have_the_promised_code(door, topic, name, path, talk):
    answer = door(ConversationFactory(**talk)).get(path)

    agreed = promised(topic, name)
    assert (answer.status_code, answer.json["code"]) == (agreed["status"], agreed["json"]["code"])
    assert answer.json["message"]


def test_what_would_prove_more_has_the_promised_shape(door):
    stranger = ConversationFactory(anonymous=True)

    told = door(stranger).get("verification")
    sent = door(stranger).post("verification/code", number="55 1234 5678")
    refused = door(stranger).post("verification/code", number="+49 151 12345678")

    assert shape(told.json) == shape(promised("verification", "a stranger on the site")["json"])
    assert sent.json == promised("verification", "a code is sent")["json"]
    assert (refused.status_code, refused.json["code"]) == (400, "bad_number")
