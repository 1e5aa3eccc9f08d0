"""The demo's telephone: *123# and calls, from its keypad to the menus and the desk."""

import html
import json
import re

import httpx
import pytest
from sqlalchemy import select

from app.conversations.events import ConversationAssigned
from app.conversations.models import Message
from app.conversations.service import ownership
from app.core import db
from app.core.actor import SYSTEM
from app.demo import operator
from app.demo.actors import herself
from app.demo.world.application import create_app
from app.demo.world.settings import Settings
from app.messaging import switch
from app.selfservice import listeners
from app.selfservice.models import Dialogue
from app.selfservice.service import calls, pins
from app.selfservice.talk import actor_of
from app.subscriptions.models import Block
from app.tickets.models import Ticket
from tests.conftest import NOBODY, ORIGIN
from tests.demo_world.conftest import write_accounts
from tests.factories.actors import agent
from tests.factories.conversations import dialogue_inbox
from tests.factories.customers import AccountFactory
from tests.factories.identity import StaffFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard
from tests.serving import serving

NUMBER, PIN = "+525530007777", "2580"
SECRET = "what providers know us by"


def secret_of(inbox):
    return inbox.settings[operator.DIALLED[inbox.channel].secret]


class Visitor:
    """Her browser; at `url` the provider's interfaces are asked by others."""

    def __init__(self, browser, url):
        self._browser, self.url = browser, url

    def see(self, path):
        return html.unescape(self._browser.get(path).text)

    def send(self, path, number=None, answer=303, **form):
        """From the phone of this number, or the one that it was before."""
        chosen = f"?number=%2B{number.removeprefix('+')}" if number else ""
        page = self._browser.get(f"/phone/ussd{chosen}").text
        token = re.search(r'name="csrf" value="([^"]+)', page)[1]
        said = self._browser.post(path, data={"csrf": token, **form})
        assert said.status_code == answer, said.text
        return self.see(said.headers["Location"]) if answer == 303 else said.text


@pytest.fixture
def dialtone(app):
    """Both markets' doors, and a line with a PIN."""
    made = {
        channel: dialogue_inbox(
            channel,
            each.provider,
            {each.secret: SECRET, **each.settings},
            name="Aurora",
            language="en",
            sandbox=True,
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
        "MX": {name: {"key": each.key, "secret": secret_of(each)} for name, each in inboxes.items()}
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
    with serving(world) as url:
        switch.stand_at(ORIGIN, url)
        visitor = Visitor(world.test_client(), url)
        visitor.see("/phone/call?lang=en")
        yield visitor
    world.extensions["postman"].stop()
    world.extensions["hooks"].stop()


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


def test_it_is_one_phone_whatever_it_does(visitor):
    visitor.see(f"/phone/?number=%2B{NUMBER[1:]}")
    visitor.send("/phone/ussd/dial")
    assert all(f'value="{NUMBER}"' in visitor.see(f"/phone/{tab}") for tab in ("ussd", "call", ""))
    begun = visitor.see("/phone/ussd")

    other = visitor.see("/phone/call?number=%2B525500000042")

    assert "dial__screen" in begun
    assert 'value="+525500000042"' in other
    assert "dial__screen" not in visitor.see("/phone/ussd")
    assert 'value="+525500000042"' in visitor.see("/phone/ussd?number=me")


def test_a_telephone_dials_the_market_that_its_number_is_of(visitor):
    """Only Mexico's can be dialled here, whatever market the page is in."""
    visitor.send("/phone/ussd/dial?market=BR", number=NUMBER)
    visitor.send("/phone/ussd/dial?market=MX", number="+5511912340002", answer=404)


class Desk:
    """An agent's browser at the provider's, as the softphone is."""

    def __init__(self, visitor, staff):
        door = calls.agent_door(agent(id=staff.id))
        assert (door.kind, door.url) == ("sandbox", f"{visitor.url}/twilio")
        self._headers, self._url = {"Authorization": f"Bearer {door.token}"}, door.url

    def call(self):
        return httpx.get(f"{self._url}/client/call", headers=self._headers).json()["call"]

    def do(self, deed):
        sid = self.call()["sid"]
        url = f"{self._url}/client/calls/{sid}/{deed}"
        return httpx.post(url, headers=self._headers).json()["call"]


def accepted(dialogue):
    staff = StaffFactory()
    with heard(ConversationAssigned) as said:
        ownership.assign(dialogue.conversation_id, staff.id, by=SYSTEM)
    listeners.put_through(said[0])
    return staff


def dialogue_now():
    db.session.expire_all()
    return db.session.scalars(select(Dialogue).order_by(Dialogue.id.desc())).first()


def test_who_waits_is_put_through_held_and_hung_up_on(visitor):
    visitor.send("/phone/call/ring", number=NUMBER)
    for key in ("8", "1"):
        visitor.send("/phone/call/answer", key=key)
    staff = accepted(dialogue_now())
    desk = Desk(visitor, staff)

    rung = visitor.see("/phone/call")
    shown = desk.call()
    taken = desk.do("accept")
    talking = visitor.see("/phone/call")
    conversation_id = dialogue_now().conversation_id
    calls.hold(conversation_id, on=True, by=agent(id=staff.id))
    held = visitor.see("/phone/call")
    gone = desk.call()
    calls.hold(conversation_id, on=False, by=agent(id=staff.id))
    visitor.see("/phone/call")
    desk.do("accept")
    desk.do("hang_up")
    over = visitor.see("/phone/call")

    assert "A person's telephone rings." in rung
    assert (shown["about"], shown["caller"]) == (str(conversation_id), NUMBER)
    assert (taken["state"], gone) == ("talking", None)
    assert "You are talking to a person." in talking
    assert "We are still here." in held
    assert "It is over." in over
    assert dialogue_now().outcome.value == "completed"
    assert dialogue_now().agent_id == staff.id


def test_what_she_says_to_an_agent_is_written_down_once_and_without_card_numbers(visitor):
    visitor.send("/phone/call/ring", number=NUMBER)
    for key in ("8", "1"):
        visitor.send("/phone/call/answer", key=key)
    staff = accepted(dialogue_now())
    visitor.see("/phone/call")
    Desk(visitor, staff).do("accept")

    visitor.send("/phone/call/answer", how="say", said="it is 4111 1111 1111 1111")
    visitor.send("/phone/call/answer", how="press", said="5")

    query = select(Message).where(Message.conversation_id == dialogue_now().conversation_id)
    said = [each.body for each in db.session.scalars(query.order_by(Message.seq))]
    assert [each for each in said if each.startswith("Caller:")] == ["Caller: it is •••• 1111"]
    assert "You are talking to a person." in visitor.see("/phone/call")


def test_who_wants_to_be_called_back_is_rung_and_connected(visitor):
    visitor.send("/phone/call/ring", number=NUMBER)
    for key in ("8", "1", "1"):
        visitor.send("/phone/call/answer", key=key)
    staff = accepted(dialogue_now())
    desk = Desk(visitor, staff)

    rings = visitor.see("/phone/call")
    told = visitor.send("/phone/call/incoming", how="answer")
    desk.do("accept")
    visitor.see("/phone/call")
    ended = visitor.send("/phone/call/answer", how="hang_up")

    assert "Aurora is calling you." in rings
    assert "Aurora is calling you. This call may be recorded." in told
    assert desk.call() is None
    assert "It is over." in ended
    made = dialogue_now()
    assert (made.outgoing, made.outcome.value, made.agent_id) == (True, "completed", staff.id)


def test_a_call_back_that_is_declined_is_noted_as_busy(visitor):
    visitor.send("/phone/call/ring", number=NUMBER)
    for key in ("8", "1", "1"):
        visitor.send("/phone/call/answer", key=key)
    accepted(dialogue_now())

    visitor.send("/phone/call/incoming", how="decline")

    assert "Aurora is calling you." not in visitor.see("/phone/call")
    assert dialogue_now().outcome.value == "busy"


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nonsense", "Basic eDp5"])
def test_nobody_takes_calls_without_a_token_of_the_operators(visitor, token):
    answer = httpx.get(f"{visitor.url}/twilio/client/call", headers={"Authorization": token})

    assert answer.status_code == 401
