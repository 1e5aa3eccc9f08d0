"""What the bot is tested against, of lines, is what the application answers."""

from datetime import timedelta

import pytest

from app.core import clock
from tests.activation.conftest import ordered, plan, stocked
from tests.api_bot.test_contracts import promised, shape
from tests.api_bot.test_lines import ROAMING, pack
from tests.api_bot.world import NOW, plans, valeria
from tests.factories.billing import InvoiceFactory
from tests.factories.conversations import ConversationFactory, dialogue_inbox
from tests.factories.tickets import TicketFactory
from tests.network.conftest import network  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def november():
    with clock.moved_to(NOW):
        yield


def her_world():
    offered = plans()
    offered.most.rates = {**offered.most.rates, "roaming": ROAMING}
    hers = valeria(offered.most, activated_at=NOW - timedelta(days=400))
    InvoiceFactory(account=hers.account)
    pack()
    return hers


@pytest.mark.parametrize(
    ("topic", "name", "path"),
    [
        ("addons", "packs of a line", "addons"),
        ("puk", "her PUK", "puk"),
        ("network", "all is well", "network"),
        ("leaving", "what leaving costs", "leaving"),
        ("porting", "a bill is not paid", "port-out"),
        ("porting", "nothing under way", "port-in"),
        ("roaming", "prices", "roaming?country=FR"),
        ("tickets", "one ticket", "tickets"),
    ],
)
def test_what_is_told_of_lines_has_the_promised_shape(door, network, topic, name, path):  # noqa: F811
    hers = her_world()
    TicketFactory(talk=hers.talk)
    route, _, country = path.partition("?country=")

    answer = door(hers.talk).get(route, **({"country": country} if country else {}))

    agreed = promised(topic, name)
    assert answer.status_code == agreed["status"]
    assert shape(answer.json) == shape(agreed["json"])


def test_an_activation_has_the_promised_shape(door):
    plan()
    stocked(3)
    talk = ConversationFactory(customer=ordered().account.customer)

    answer = door(talk).get("activations")

    agreed = promised("activations", "an order waits for papers")["json"]
    assert shape(answer.json) == shape(agreed)


def test_the_steps_to_another_email_and_to_a_call_have_the_promised_shape(door):
    hers = her_world()
    dialogue_inbox("voice", "twilio", {}, is_on=True)
    asking = door(hers.talk)

    sent = asking.post("email/code", email="nueva@example.com").json
    called = asking.post("call-back").json

    assert shape(sent) == shape(promised("contact", "a code goes out")["json"])
    assert shape(called) == shape(promised("call_back", "called back")["json"])


@pytest.mark.parametrize(
    ("topic", "name", "kind", "wanted"),
    [
        ("addons", "the small pack", "buy_addon", {"offer_code": "extra-2gb"}),
        ("lost_sim", "a block, lost", "block_line", {"reason": "lost"}),
        ("lost_sim", "an eSIM", "replace_sim", {"form": "esim"}),
        ("leaving", "a pause", "pause_line", {}),
    ],
)
def test_what_is_proposed_has_the_promised_shape(door, topic, name, kind, wanted):
    hers = her_world()
    wish = {"line_id": str(hers.line.id), **wanted}

    proposed = door(hers.talk).post("proposals", kind=kind, wanted=wish)

    assert shape(proposed.json) == shape(promised(topic, name)["json"])
