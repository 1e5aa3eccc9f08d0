"""What the door tells of bills and payments has the shapes that the bot is tested against."""

from datetime import date

import pytest

from app.core import clock
from tests.api_bot.test_contracts import promised, shape
from tests.api_bot.world import NOW, plans, prepaid_line, valeria, with_invoice
from tests.factories.payments import MandateFactory, PaymentFactory, SavedMethodFactory

pytestmark = pytest.mark.usefixtures("database", "nobody")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def hers():
    found = valeria(plans().plus)
    invoice = with_invoice(found, due_on=date(2026, 11, 30))
    PaymentFactory(invoice=invoice, status="succeeded", settled_at=NOW, check_at=None)
    method = SavedMethodFactory(customer_id=found.account.customer_id)
    MandateFactory(account=found.account, saved_method=method)
    return found


def names(value):
    """Of an object and of the first of each list in it; null stands for anything."""
    if isinstance(value, dict):
        return {name: names(each) for name, each in value.items()}
    return [names(each) for each in value[:1]] if isinstance(value, list) else None


@pytest.mark.parametrize(
    ("topic", "name", "path"),
    [
        ("payables", "two bills and a card", "payables"),
        ("payments", "booked", "payments"),
        ("refundable", "two payments", "refundable"),
        ("autopay", "on", "autopay"),
    ],
)
def test_what_is_told_has_the_promised_names(door, hers, topic, name, path):
    told = names(door(hers.talk).get(path).json)
    agreed = names(promised(topic, name)["json"])

    for each in ("outages", "codes"):  # there are none in this world
        told.pop(each, None), agreed.pop(each, None)
    assert told == agreed


def test_a_top_up_has_the_promised_names(door, hers):
    line = prepaid_line(hers)

    told = door(hers.talk).get("top-up", line_id=str(line.id)).json

    agreed = promised("top_up", "usual amounts and a card")["json"]
    assert names(told) == {**names(agreed), "codes": [], "missing": None}


def test_a_bill_explained_has_the_promised_names(door, hers):
    told = door(hers.talk).get("bill/explained").json

    assert set(told) == set(promised("bill_explained", "higher than before")["json"])


@pytest.mark.parametrize(
    ("topic", "kind", "wanted"),
    [
        ("pay_bills", "pay_bills", {}),
        ("request_refund", "request_refund", {"why": "outage"}),
        ("autopay", "start_autopay", {}),
    ],
)
def test_proposals_have_the_promised_shape(door, hers, topic, kind, wanted):
    first = {"pay_bills": "one bill", "request_refund": "an outage", "autopay": "starting"}[topic]

    told = door(hers.talk).post("proposals", kind=kind, wanted=wanted).json

    assert shape(told) == shape(promised(topic, first)["json"])
