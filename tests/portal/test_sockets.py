"""The widget's live side, against a real sockets process with real clients."""

import queue

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused
from sqlalchemy import func, select

from app.conversations.models import Conversation, Message, MessageKind
from app.conversations.service import chat
from app.core import db, secrets
from tests.conftest import free_port
from tests.factories.conversations import SITE, InboxFactory, MessageFactory
from tests.processes import real_database, sockets_process


@pytest.fixture(scope="module")
def server(lasting_database, redis_url, tmp_path_factory):
    secrets.set_key("tests")
    database = lasting_database()
    with sockets_process(database, redis_url, tmp_path_factory.mktemp("u"), free_port()) as url:
        yield url, database


@pytest.fixture
def talk(server):
    """An anonymous visitor's conversation and her token."""
    with real_database(server[1]):
        inbox = InboxFactory()
        yield chat.open_widget(
            inbox.key, identity_token=None, resume_token=None, language="es", origin=SITE
        )


class Widget:
    def __init__(self, url, token, origin=SITE):
        self.heard = queue.Queue()
        options = {"origin": origin}
        self.client = socketio.Client(reconnection=False, websocket_extra_options=options)
        for name in ("message", "typing", "read", "conversation", "signed_out"):
            self.client.on(name, self._hearing(name), namespace="/chat")
        self.client.connect(
            url,
            auth={"token": token},
            transports=["websocket"],
            namespaces=["/chat"],
            wait_timeout=10,
        )

    def _hearing(self, name):
        return lambda told=None: self.heard.put((name, told))

    def ask(self, event, **data):
        return self.client.call(event, data, namespace="/chat", timeout=10)

    def next(self, name, seconds=10):
        while True:
            heard, told = self.heard.get(timeout=seconds)
            if heard == name:
                return told


@pytest.fixture
def widget(server):
    made = []

    def make(token, **more):
        made.append(Widget(server[0], token, **more))
        return made[-1]

    yield make
    for each in made:
        each.client.disconnect()


def messages_of(talk):
    query = select(func.count()).where(Message.conversation_id == talk.conversation.id)
    db.session.rollback()
    return db.session.scalar(query)


def test_what_is_said_is_numbered_and_heard_by_the_same_visitor_elsewhere(talk, widget):
    here, there = widget(talk.token), widget(talk.token)

    answer = here.ask("say", key="k1", text="Hola")
    heard = there.next("message")

    assert answer["seq"] == heard["seq"] == 1
    assert (heard["text"], heard["key"], heard["author"]["kind"]) == ("Hola", "k1", "customer")


def test_a_message_sent_again_under_its_key_is_one_message(talk, widget):
    here = widget(talk.token)

    first, second = here.ask("say", key="k1", text="Hola"), here.ask("say", key="k1", text="Hola")

    assert first == second
    assert messages_of(talk) == 1


def test_after_an_absence_a_replay_brings_what_was_missed_but_no_note(talk, widget):
    conversation = db.session.get(Conversation, talk.conversation.id)
    MessageFactory(conversation=conversation, seq=1, body="one")
    MessageFactory(conversation=conversation, seq=2, body="secret", kind=MessageKind.NOTE)
    MessageFactory(conversation=conversation, seq=3, body="three")
    conversation.last_seq = 3
    db.session.commit()

    answer = widget(talk.token).ask("replay", after=1)

    assert [each["text"] for each in answer["messages"]] == ["three"]
    assert (answer["last_seq"], answer["more"]) == (3, False)
    assert answer["conversation"]["status"] == "bot"


@pytest.mark.parametrize(
    ("event", "data", "code"),
    [
        pytest.param("say", {"key": "k", "text": ""}, "empty_message", id="nothing"),
        pytest.param("say", {"key": "k", "text": 5}, "unreadable_message", id="a number"),
        pytest.param("say", {"key": "k", "text": "a\0b"}, "unreadable_message", id="NUL"),
        pytest.param("say", {"key": "k", "text": "x" * 4001}, "message_too_long", id="too long"),
        pytest.param("say", {"text": "x"}, "invalid", id="no key"),
        pytest.param("say", {"key": "k", "text": "x", "attachments": "all"}, "invalid", id="files"),
        pytest.param("say", {"key": "k", "text": "x", "payload": 7}, "invalid", id="payload"),
        pytest.param("replay", {"after": -1}, "invalid", id="a negative number"),
        pytest.param("read", {"seq": "1; DROP"}, "invalid", id="no number"),
    ],
)
def test_what_cannot_be_understood_is_answered_with_a_code(talk, widget, event, data, code):
    answer = widget(talk.token).ask(event, **data)

    assert answer["error"]["code"] == code
    assert messages_of(talk) == 0


def test_a_flood_is_refused_and_what_was_taken_is_kept(talk, widget):
    here = widget(talk.token)

    answers = [here.ask("say", key=f"k{n}", text="x") for n in range(25)]

    refused = [each["error"]["code"] for each in answers if "error" in each]
    assert refused == ["too_many_requests"] * 5
    assert messages_of(talk) == 20


@pytest.mark.parametrize(
    ("token", "origin"),
    [
        pytest.param("nonsense", SITE, id="a token nobody gave"),
        pytest.param(None, SITE, id="no token"),
        pytest.param("hers", "https://evil.example", id="a foreign site"),
    ],
)
def test_who_is_not_let_in(talk, widget, token, origin):
    with pytest.raises(Refused):
        widget(talk.token if token == "hers" else token, origin=origin)


def test_an_ended_session_is_told_so_within_seconds(talk, widget):
    here = widget(talk.token)

    chat.close_widget(talk.token)

    assert here.next("signed_out", seconds=8) in ({}, None)
