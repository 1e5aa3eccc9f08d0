"""From a phone of the sandbox to a conversation and back, through our own adapters and webhooks."""

import queue
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select

from app import celery
from app.conversations.models import Message
from app.conversations.service.messages import say
from app.core import db
from app.core.actor import BOT
from app.demo import channel_inboxes
from app.demo.world import sandbox
from app.demo.world.application import create_app
from app.demo.world.settings import Settings
from app.messaging import switch
from app.messaging.models import CallStatus, Delivery, DeliveryState, ProviderCall
from app.messaging.service import inboxes, intake, sending, understanding
from tests.demo_world.conftest import TLS
from tests.demo_world.forms import submit
from tests.factories.actors import administrator
from tests.factories.markets import MarketFactory
from tests.serving import serving

VALERIA = "+525512340001"
US = "http://localhost"
TABS = {"sms": "/phone/", "whatsapp": "/phone/"}
# How many calls tell of what we sent.
RECEIPTS = {"sms": 2, "whatsapp": 2, "messenger": 1, "telegram": 0}


class Sandbox:
    """The outside world, whose providers' calls wait until they are brought to us."""

    def __init__(self, client):
        self.url, self._client, self._calls = "", client, queue.Queue()

    def heard(self, request):
        request.read()
        self._calls.put(request)
        return httpx.Response(200)

    def brings(self, count):
        """So many calls in their order: each is taken in by our hooks, and read."""
        for _ in range(count):
            call = self._calls.get(timeout=5)
            address = urlsplit(str(call.url))
            answer = self._client.post(
                f"{address.path}?{address.query}" if address.query else address.path,
                data=call.content,
                headers=dict(call.headers),
            )
            assert answer.status_code == 200
        understanding.read_waiting()
        failed = select(ProviderCall.error).where(ProviderCall.status == CallStatus.FAILED)
        assert db.session.scalars(failed).all() == []

    @contextmanager
    def phone(self, channel):
        """Valeria's, at the tab where she has that channel."""
        with httpx.Client(base_url=self.url, trust_env=False, verify=TLS) as phone:
            tab = TABS.get(channel, "/phone/social")
            phone.get(f"{tab}?lang=en&number=%2B{VALERIA[1:]}")
            yield phone, tab


@pytest.fixture
def outside(app, client, tmp_path, monkeypatch):
    monkeypatch.setattr(celery, "nudge", lambda _task: None)
    monkeypatch.setattr(switch, "_opened", {})
    monkeypatch.setattr(intake, "_doors", {})
    MarketFactory()
    made = Sandbox(client)
    world = create_app(
        Settings(
            dialtone_url=US,
            state_folder=tmp_path / "state",
            accounts_file=tmp_path / "accounts.json",
            receipts_after=0,
        )
    )
    hooks = world.extensions["hooks"]
    hooks._client = httpx.Client(transport=httpx.MockTransport(made.heard))
    before = dict(switch._around)
    with serving(world) as made.url:
        switch.stand_at(US, made.url)
        yield made
    hooks.stop()
    switch.stand_at(before["public"], before["sandbox"])


def opened(monkeypatch, channel):
    """The demo's inbox of that channel, called by the key that it really has."""
    known = sandbox.reached(channel, "MX")
    inbox = channel_inboxes.open_one(known)
    own = {(each["channel"], each["address"]): each["key"] for each in channel_inboxes.told()}
    monkeypatch.setattr(
        "app.demo.world.accounts.Accounts.channel_key",
        lambda _self, channel, address: own.get((channel, address)),
    )
    return inbox


@pytest.mark.parametrize("channel", RECEIPTS)
def test_a_talk_goes_both_ways(outside, monkeypatch, channel):
    opened(monkeypatch, channel)
    with outside.phone(channel) as (phone, tab):
        submit(phone, tab, "/phone/messages", channel=channel, text="¿Cuánto debo?")
        outside.brings(1)
        asked = db.session.scalars(select(Message)).one()
        assert asked.body == "¿Cuánto debo?"

        say(
            asked.conversation_id,
            "¿De qué línea?",
            by=BOT,
            client_key="answer",
            extra={"buttons": [{"title": "La mía", "payload": "/mine"}]},
        )
        for lane in sending.lanes_due():
            sending.send_lane(lane)
        delivery = db.session.scalars(select(Delivery)).one()
        assert delivery.state is DeliveryState.SENT, delivery.error
        outside.brings(RECEIPTS[channel])

        shown = phone.get(tab).text
    wanted = DeliveryState.DELIVERED if RECEIPTS[channel] else DeliveryState.SENT
    assert db.session.scalars(select(Delivery.state)).one() is wanted
    assert "¿De qué línea?" in shown
    assert "La mía" in shown


@pytest.mark.parametrize("channel", RECEIPTS)
def test_an_administrators_check_finds_all_well(outside, monkeypatch, channel):
    inbox = opened(monkeypatch, channel)

    assert inboxes.check(inbox.id, by=administrator()) is None


def test_a_provider_that_is_down_keeps_the_message_for_later(outside, monkeypatch):
    opened(monkeypatch, "sms")
    with outside.phone("sms") as (phone, tab):
        submit(phone, tab, "/phone/messages", channel="sms", text="Hola")
        outside.brings(1)
        submit(phone, tab, "/phone/moods", provider="twilio", mode="throttles")
        asked = db.session.scalars(select(Message)).one()
        say(asked.conversation_id, "¡Hola!", by=BOT, client_key="answer")

        for lane in sending.lanes_due():
            sending.send_lane(lane)

        delivery = db.session.scalars(select(Delivery)).one()
        assert (delivery.state, delivery.attempts) == (DeliveryState.QUEUED, 1)
        assert "¡Hola!" not in phone.get(tab).text


def test_every_inbox_of_the_demo_is_set_up_and_told_to_its_provider(outside):
    for market in ({"brazil": True}, {"india": True}):
        MarketFactory(**market)
    plugged = [each for each in sandbox.REACHED if switch.provider(each.channel, each.provider)]

    channel_inboxes.open_all()

    told = {(each["channel"], each["address"]) for each in channel_inboxes.told()}
    assert told == {(each.channel, each.address) for each in plugged}
    assert len(told) >= 9
