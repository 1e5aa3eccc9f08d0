"""The desk's and the widgets' sockets: who is let in, what they follow, when they are cut off."""

import json
import queue
import socket
import time
from urllib.parse import urlsplit

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from app.conversations.service import chat, ownership
from app.core import clock, db, secrets
from app.identity import sessions
from app.identity.models import SessionKind, Staff
from app.web.login import customer_actor
from tests.conftest import free_port
from tests.factories.conversations import (
    SITE,
    ConversationFactory,
    InboxFactory,
    MessageFactory,
)
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.processes import real_database, sockets_process
from tests.security.browsers import opened

STAFF_COOKIE, CUSTOMER_COOKIE = "__Host-dialtone-staff", "__Host-dialtone-customer"
LATEST = 5.0  # the watch looks every three seconds


@pytest.fixture(scope="module")
def server(lasting_database, redis_url, tmp_path_factory):
    secrets.set_key("tests")
    database = lasting_database()
    with sockets_process(database, redis_url, tmp_path_factory.mktemp("u"), free_port()) as url:
        yield url, database


@pytest.fixture
def url(server):
    with real_database(server[1]):
        yield server[0]


@pytest.fixture
def ana(url):
    return StaffFactory(roles=["agent"], markets=["MX"])


@pytest.fixture
def connected(url):
    """`connected(cookie=…)` is a live connection of the desk."""
    made = []

    def connect(cookie="", origin=url, namespace="/desk", **more):
        made.append(Live(cookie, origin, namespace, urlsplit(url).port))
        made[-1].enter(url, **more)
        return made[-1]

    yield connect
    for client in made:
        client.leave()


class Live:
    """Owns its line: the library leaves it open when it was cut at the other end."""

    def __init__(self, cookie, origin, namespace, port):
        self.heard = queue.Queue()
        self.namespace = namespace
        self.line = socket.create_connection(("localhost", port), timeout=10)
        options = {"origin": origin, "cookie": cookie, "socket": self.line}
        self.client = socketio.Client(reconnection=False, websocket_extra_options=options)
        self.client.on("signed_out", lambda *_: self.heard.put("signed_out"), namespace=namespace)
        self.client.on("disconnect", lambda *_: self.heard.put("cut off"), namespace=namespace)
        self.client.on("viewers", lambda told: self.heard.put(told["names"]), namespace=namespace)
        self.client.on("message", lambda told: self.heard.put(told["text"]), namespace=namespace)

    def enter(self, url, auth=None):
        own = {"namespaces": [self.namespace], "transports": ["websocket"], "auth": auth}
        self.client.connect(url, wait_timeout=10, **own)

    def leave(self):
        self.client.disconnect()
        self.line.close()

    def ask(self, event, data):
        return self.client.call(event, data, namespace=self.namespace, timeout=10)

    def wait(self, word, seconds):
        started = time.monotonic()
        while self.heard.get(timeout=seconds) != word:
            pass
        return time.monotonic() - started


def cookie_of(staff):
    return f"{STAFF_COOKIE}={opened(SessionKind.STAFF, staff.as_actor())}"


def opened_by_a_stranger(inbox):
    return chat.open_widget(
        inbox.key, identity_token=None, resume_token=None, language="es", origin=SITE
    ).token


def sign_out(staff):
    for session in db.session.query(sessions.Session).filter_by(owner_id=staff.id).all():
        sessions.end(session.id, by=staff.as_actor())


def disable(staff):
    db.session.get(Staff, staff.id).disabled_at = clock.now()
    db.session.commit()


def change_role(staff):
    db.session.get(Staff, staff.id).roles = ["marketing_analyst"]
    db.session.commit()


def test_a_page_of_ours_with_a_session_is_let_in(connected, ana):
    assert connected(cookie_of(ana)).client.connected


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_other_sites_are_not_let_in(connected, ana, origin):
    with pytest.raises(Refused):
        connected(cookie_of(ana), origin=origin)


@pytest.mark.parametrize("token", ["", "null", "nonsense", "é"])
def test_nobody_is_let_in_without_a_session(connected, token):
    with pytest.raises(Refused):
        connected(f"{STAFF_COOKIE}={token}")


def test_a_customers_session_opens_no_desk(connected):
    token = opened(SessionKind.CUSTOMER, customer_actor(CustomerFactory()))

    for name in (STAFF_COOKIE, CUSTOMER_COOKIE):
        with pytest.raises(Refused):
            connected(f"{name}={token}")


@pytest.mark.parametrize("auth", [None, {}, {"token": None}, {"token": 5}, {"token": "x"}, "x", []])
def test_no_widget_is_let_in_without_its_token(connected, auth):
    with pytest.raises(Refused):
        connected(origin="https://aurora.example", namespace="/chat", auth=auth)


@pytest.mark.parametrize("end", [sign_out, disable, change_role])
def test_a_session_that_ends_takes_its_connections_with_it(connected, ana, end):
    live = connected(cookie_of(ana))

    end(ana)

    assert live.wait("signed_out", 10) < LATEST
    assert live.wait("cut off", 2) < 1


@pytest.mark.parametrize("frame", ['["disconnect"]', '["disconnect","x"]', '["connect",{},{}]'])
def test_nobody_says_the_server_s_own_events_to_outlive_her_session(connected, ana, frame):
    live = connected(cookie_of(ana))
    live.client.eio.send(f"2/desk,{frame}")
    assert live.ask("close", {})["error"]["code"] == "invalid"

    disable(ana)

    assert live.wait("signed_out", 10) < LATEST
    assert live.wait("cut off", 2) < 1


def test_a_widget_says_none_of_them_either(connected):
    inbox = InboxFactory()
    first, other = (opened_by_a_stranger(inbox) for _ in range(2))
    live = connected(origin=SITE, namespace="/chat", auth={"token": first})
    live.client.eio.send(
        "2/chat," + json.dumps(["connect", {"HTTP_ORIGIN": SITE}, {"token": other}])
    )
    live.client.eio.send('2/chat,["disconnect"]')
    assert live.ask("read", {"seq": 0}) == {}

    chat.close_widget(first)

    assert live.wait("signed_out", 10) < LATEST


def test_a_conversation_of_another_market_cannot_be_followed_nor_spoken_in(connected, ana):
    foreign = ConversationFactory(market_code=MarketFactory(brazil=True).code, waiting=True)
    MessageFactory(conversation=foreign, body="A secret")
    live = connected(cookie_of(ana))
    conversation_id = str(foreign.id)

    answers = [
        live.ask(event, {"conversation_id": conversation_id, **more})
        for event, more in [
            ("open", {}),
            ("say", {"text": "Hello", "key": "k"}),
            ("read", {"seq": 1}),
        ]
    ]

    assert [each["error"]["code"] for each in answers] == ["not_found"] * 3


def test_who_may_see_a_conversation_no_longer_hears_it_no_longer(connected, ana):
    beto = StaffFactory(roles=["agent"], markets=["MX"], name="Beto")
    lead = StaffFactory(roles=["supervisor"], markets=["MX"], name="Lucía")
    talk = ConversationFactory(waiting=True)
    same = {"conversation_id": str(talk.id)}
    hers, his, leads = (connected(cookie_of(each)) for each in (ana, beto, lead))
    for live in (hers, his, leads):
        live.ask("open", same)

    ownership.assign(talk.id, beto.id, by=beto.as_actor())
    leads.wait(["Beto", "Lucía"], 10)
    said = his.ask("say", {**same, "text": "Only for you", "key": "k"})
    leads.wait("Only for you", 10)
    refused = hers.ask("open", same)

    assert said["seq"] > 0
    assert refused["error"]["code"] == "not_found"
    assert "Only for you" not in hers.heard.queue


@pytest.mark.parametrize(("event", "taken"), [("open", 60), ("read", 100)])
def test_a_flood_of_any_kind_is_refused(connected, ana, event, taken):
    talk = ConversationFactory(waiting=True)
    live = connected(cookie_of(ana))

    answers = [live.ask(event, {"conversation_id": str(talk.id)}) for _ in range(taken + 1)]

    assert [each.get("error", {}).get("code") for each in answers[taken - 1 :]] == [
        None,
        "too_many_requests",
    ]


@pytest.mark.parametrize("event", ["open", "close", "say", "typing", "read"])
@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        5,
        {},
        {"conversation_id": None},
        {"conversation_id": {"$ne": ""}},
        {"conversation_id": "01890000-0000-7000-8000-000000000000", "text": "\ud800", "key": "k"},
        {"conversation_id": "01890000-0000-7000-8000-000000000000", "seq": 10**30, "after": -1},
    ],
)
def test_events_that_make_no_sense_are_answered_with_a_code(connected, ana, event, data):
    answer = connected(cookie_of(ana)).ask(event, data) or {}

    assert answer.get("error", {}).get("code") != "internal"


@pytest.mark.parametrize(
    "frame",
    [
        *(
            "2/desk,",
            "2/desk,[]",
            "2/desk,{}",
            '2/desk,"close"',
            "2/desk,[{}]",
            '2/desk,[["close"]]',
        ),
        *("2/desk,7", "2/desk,[", '2/desk,["close",{"_placeholder":true}]', '2/nowhere,["close"]'),
        *("", "x", "9", "4/desk,{}", '5/desk,["close"]', "3/desk,5[]", f"2/desk,{'9' * 300}[]"),
        # All bytes that came would be kept until the last.
        '5999999999-/desk,["close",{"_placeholder":true,"num":0}]',
    ],
)
def test_what_is_no_event_leaves_the_connection_as_it_was(connected, ana, frame, capfd):
    live = connected(cookie_of(ana))

    live.client.eio.send(frame)

    assert live.ask("close", {})["error"]["code"] == "invalid"
    assert "Traceback" not in capfd.readouterr().err


def test_more_than_an_event_takes_is_passed_over(connected, ana):
    answer = connected(cookie_of(ana)).ask("close", ({}, "more", 3))

    assert answer["error"]["code"] == "invalid"


def test_a_flood_is_stopped_whatever_it_asks_and_the_others_go_on(connected, ana):
    live, other = connected(cookie_of(ana)), connected(cookie_of(ana))

    codes = [live.ask("close", {})["error"]["code"] for _ in range(61)]

    assert codes == [*["invalid"] * 60, "too_many_requests"]
    assert other.ask("close", {})["error"]["code"] == "invalid"


def test_a_frame_larger_than_a_message_is_cut_off_and_the_others_go_on(connected, ana):
    live, other = connected(cookie_of(ana)), connected(cookie_of(ana))

    live.client.emit("say", {"text": "x" * 2_000_000}, namespace="/desk")

    assert live.wait("cut off", 10) < 10
    assert other.ask("close", {})["error"]["code"] == "invalid"


def test_a_frame_nested_without_end_leaves_the_others_alone(connected, ana):
    live, other = connected(cookie_of(ana)), connected(cookie_of(ana))

    live.client.eio.send('2/desk,["say",' + "[" * 200_000)

    assert other.ask("close", {})["error"]["code"] == "invalid"
