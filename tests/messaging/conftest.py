"""An inbox of a provider that is only pretended, and everybody who listens."""

import pytest

from app.conversations import storage
from app.core import db, events
from app.messaging import pace, switch
from app.messaging.service import intake, sending, understanding
from app.wiring.reactions import IN_TRANSACTION
from tests.factories.conversations import InboxFactory
from tests.fakes import SECRET, call_of, fake_provider


@pytest.fixture
def plugged(monkeypatch, tmp_path):
    """Plug providers in for one test; `plugged(kind, **abilities)` gives the channel."""
    monkeypatch.setattr(switch, "_providers", {})
    monkeypatch.setattr(switch, "_commands", {})
    monkeypatch.setattr(switch, "_opened", {})
    monkeypatch.setattr(intake, "_doors", {})
    monkeypatch.setattr(pace, "_plugged", {})
    storage.keep_in(tmp_path / "uploads")
    switch.stand_at("http://localhost", "http://sandbox")

    def plug(kind="sms", **abilities):
        provider, channel = fake_provider(kind, **abilities)
        switch.plug_in(provider)
        return channel

    return plug


@pytest.fixture
def channel(plugged):
    return plugged()


@pytest.fixture
def listening(database):
    """What happens in transactions happens; errands are done by hand."""
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    yield
    events._tables = before


@pytest.fixture
def committed(committing):
    """What happens in transactions happens, where commits are real."""
    before = events._tables
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    yield committing
    events._tables = before


def inbox_of(kind="sms", **more):
    given = {"address": "+525500000000", **more}
    inbox = InboxFactory(channel=kind, provider="fake", **given)
    inbox.settings = {"account": "AC1", "secret": SECRET}
    db.session.commit()
    return inbox


@pytest.fixture
def inbox(channel, listening):
    return inbox_of()


@pytest.fixture
def comes():
    """What the provider tells arrives, and is read; gives back the call's id."""

    def come(inbox, *events_told, body=None):
        call = call_of(*events_told, body=body)
        call_id = intake.keep(intake.door_of(inbox.key), call)
        understanding.read(call_id)
        return call_id

    return come


@pytest.fixture
def leaves():
    """Everything that is due leaves."""

    def leave():
        return sum(sending.send_lane(lane) for lane in sending.lanes_due())

    return leave
