"""The demo's telephone: *123# and calls, from its keypad to the menus and the desk."""

import html
import json
import re

import httpx
import pytest
from sqlalchemy import select

from app.core import db
from app.demo import operator
from app.demo.actors import herself
from app.demo.world.application import create_app
from app.demo.world.settings import Settings
from app.messaging import switch
from app.selfservice.models import Dialogue
from app.selfservice.service import pins
from app.selfservice.talk import actor_of
from app.subscriptions.models import Block
from app.tickets.models import Ticket
from tests.conftest import NOBODY, ORIGIN
from tests.demo_world.conftest import write_accounts
from tests.factories.conversations import dialogue_inbox
from tests.factories.customers import AccountFactory
from tests.factories.subscriptions import line_with_plan

NUMBER, PIN = "+525530007777", "2580"
SECRET = "what providers know us by"


class Visitor:
    def __init__(self, browser):
        self._browser = browser

    def see(self, path):
        return html.unescape(self._browser.get(path).text)

    def send(self, path, **form):
        token = re.search(r'name="csrf" value="([^"]+)', self._browser.get("/phone/ussd").text)[1]
        answer = self._browser.post(path, data={"csrf": token, **form})
        assert answer.status_code == 303, answer.text
        return self.see(answer.headers["Location"])


@pytest.fixture
def dialtone(app):
    """Both markets' doors, and a line with a PIN."""
    made = {
        channel: dialogue_inbox(
            channel,
            each.provider,
            {**each.settings, each.secret: SECRET},
            name="Aurora",
            language="en",
        )
        for channel, each in operator.DIALLED.items()
    }
    line = line_with_plan(number=NUMBER)
    line.customer.language = "en"
    pins.choose(line.customer_id, PIN, by=actor_of(line.customer, "en"))
    return app, made


@pytest.fixture
def visitor(dialtone, tmp_path):
    app, inboxes = dialtone
    content = write_accounts(tmp_path)
    content["dialogues"] = {
        "MX": {name: {"key": each.key, "secret": SECRET} for name, each in inboxes.items()}
    }
    (tmp_path / "accounts.json").write_text(json.dumps(content))
    world = create_app(
        Settings(
            dialtone_url=ORIGIN,
            state_folder=tmp_path / "state",
            accounts_file=tmp_path / "accounts.json",
            dialtone_transport=httpx.WSGITransport(app=app),
        )
    )
    yield Visitor(world.test_client())
    world.extensions["postman"].stop()


def test_a_sim_is_blocked_from_the_keypad(visitor):
    visitor.send("/phone/ussd/dial", number=NUMBER)
    home = visitor.see("/phone/ussd")
    for said in ("6", PIN, "1", "1"):
        sure = visitor.send("/phone/ussd/answer", said=said)
    blocked = visitor.send("/phone/ussd/answer", key="1")

    assert "1 Balance\n2 Usage" in home
    assert "It will neither call nor be called." in sure
    assert "is blocked." in blocked
    assert 'name="key"' not in blocked
    assert db.session.scalars(select(Block)).one().reason == "lost"


def test_a_call_by_words_and_keys_ends_in_the_queue_with_a_ticket(visitor):
    hello = visitor.send("/phone/call/ring", number=NUMBER)
    owed = visitor.send("/phone/call/answer", how="say", said="my balance please")
    visitor.send("/phone/call/answer", key="0")
    visitor.send("/phone/call/answer", key="8")
    waiting = visitor.send("/phone/call/answer", key="1")
    left = visitor.send("/phone/call/answer", key="1")

    assert "Welcome to Aurora." in hello
    assert "You owe nothing." in owed
    assert "You are number 1 in the queue." in waiting
    assert "We call you back at" in left
    db.session.expire_all()
    dialogue = db.session.scalars(select(Dialogue)).one()
    assert dialogue.call_back
    assert dialogue.outcome.value == "completed"
    assert db.session.scalars(select(Ticket)).one().conversation_id == dialogue.conversation_id


def test_a_message_is_left_and_written_down(visitor):
    visitor.send("/phone/call/ring", number=NUMBER)
    visitor.send("/phone/call/answer", key="8")
    visitor.send("/phone/call/answer", key="1")
    asked = visitor.send("/phone/call/answer", key="2")
    thanked = visitor.send("/phone/call/answer", how="say", said="My line is dead.")

    assert "Please leave a message after the tone." in asked
    assert "We will get back to you." in thanked
    talk = db.session.scalars(select(Dialogue)).one().conversation_id
    from app.conversations.queries import latest_messages

    said = [each.body for each in latest_messages(talk, for_staff=True)]
    assert "Written down: My line is dead." in said


def test_the_demo_says_where_its_markets_are_dialled_and_its_cast_has_the_pin(app):
    switch.stand_at(ORIGIN, NOBODY)
    customer = AccountFactory().customer
    home = next(each for each in operator.HOMES if each.code == customer.market_code)

    operator.open_dialogues(home)
    pins.choose(customer.id, operator.CARE_PIN, by=herself(customer))

    told = operator.dialogues()[home.code]
    assert set(told) == {"ussd", "voice"}
    assert all(each["key"] and each["secret"] for each in told.values())
    pins.prove(customer.id, operator.CARE_PIN, by=herself(customer))


def test_a_number_that_is_none_and_a_page_without_an_operator_are_refused(visitor):
    with pytest.raises(AssertionError):
        visitor.send("/phone/ussd/dial", number="me")
    with pytest.raises(AssertionError):
        visitor.send("/phone/ussd/dial?market=BR", number=NUMBER)
