"""What a talk is about is kept, in few questions."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
from sqlalchemy import event

from stores.trackers import Trackers

DOMAIN = Domain.from_yaml("slots: {plan: {type: any, mappings: [{type: custom}]}}")


@pytest.fixture
def store(tmp_path):
    return Trackers(DOMAIN, host=f"sqlite:///{tmp_path}/trackers.db")


def happens(store, *events):
    async def said():
        tracker = await store.get_or_create_tracker("talk", append_action_listen=False)
        for each in events:
            tracker.update(each, DOMAIN)
        await store.save(tracker)

    asyncio.run(said())


def kept(store):
    tracker = asyncio.run(store.retrieve_full_tracker("talk"))
    return [each.type_name for each in tracker.events]


def test_each_event_is_kept_once_however_often_a_talk_is_read_and_written(store):
    happens(store, SessionStarted(), UserUttered("hola"))
    happens(store, SlotSet("plan", "20 GB"))
    happens(store)
    happens(store, UserUttered("sí"))

    assert kept(store) == ["session_started", "user", "slot", "user"]


def test_a_session_that_begins_anew_is_kept_beside_the_one_before(store):
    happens(store, SessionStarted(timestamp=1.0), UserUttered("hola", timestamp=2.0))
    happens(store, SessionStarted(timestamp=3.0), UserUttered("sí", timestamp=4.0))
    happens(store, SlotSet("plan", "20 GB", timestamp=5.0))

    assert kept(store) == ["session_started", "user", "session_started", "user", "slot"]
    assert len(asyncio.run(store.retrieve("talk")).events) == 3


def test_what_is_saved_twice_in_one_turn_is_kept_once(store):
    tracker = store.init_tracker("talk")
    for each in (SessionStarted(), UserUttered("hola")):
        tracker.update(each, DOMAIN)
        asyncio.run(store.save(tracker))

    assert kept(store) == ["session_started", "user"]


def test_a_talk_that_was_read_is_not_counted_before_it_is_written(store):
    happens(store, SessionStarted())
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2].split()[0]))

    happens(store, UserUttered("hola"))

    assert asked == ["SELECT", "INSERT"]
