"""The action server is asked, and its answers checked, as Rasa does it, at a fraction of the price."""

import asyncio
import gc

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from jsonschema import ValidationError, validate
from jsonschema.validators import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils import common
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Tracker

import server
from server import is_valid

ACTION = RemoteAction("action_x", None)
SLOT = {"event": "slot", "name": "line_id", "value": "1", "timestamp": None}
ANSWERS = [
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"response": "utter_greet", "buttons": []}]},
    {},
    [],
    "text",
    {"events": [{"event": "nothing that Rasa knows"}], "responses": []},
    {"events": [], "responses": ["words"]},
    {"events": "slot"},
]


def refused(check, answer):
    try:
        check(answer)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_rasa_refuses_is_refused_and_nothing_else(answer):
    schema = RemoteAction.action_response_format_spec()

    assert refused(ACTION._validate_action_result, answer) == refused(lambda it: validate(it, schema), answer)


def test_the_schema_itself_is_not_proved_again(monkeypatch):
    monkeypatch.setattr(Draft202012Validator, "check_schema", lambda *_: pytest.fail("again"))

    assert RemoteAction._validate_action_result is is_valid
    assert ACTION._validate_action_result({"events": [SLOT], "responses": []})


def test_an_action_is_told_slots_and_the_last_message_alone():
    domain = Domain.from_yaml("slots: {language: {type: any, mappings: [{type: custom}]}}")
    events = [ActionExecuted("action_listen"), UserUttered("hola"), SlotSet("language", "es")]
    tracker = DialogueStateTracker.from_events("talk", events, domain.slots)

    told = ACTION._action_call_format(tracker, domain)
    read = Tracker.from_dict(told["tracker"])

    assert (told["next_action"], told["sender_id"], read.sender_id) == ("action_x", "talk", "talk")
    assert (read.get_slot("language"), read.latest_message["text"]) == ("es", "hola")
    assert (read.events, told.keys() & {"domain"}) == ([], set())


def test_a_domain_is_empty_or_not(monkeypatch):
    nothing, something = Domain.empty(), Domain.from_yaml("intents: [greet]")
    monkeypatch.setattr(Domain, "empty", lambda: pytest.fail("again"))

    assert (nothing.is_empty(), something.is_empty()) == (True, False)


def test_what_happens_to_a_copy_of_a_talk_does_not_happen_to_the_talk():
    domain = Domain.from_yaml("slots: {language: {type: any, mappings: [{type: custom}]}}")
    events = [ActionExecuted("action_listen"), UserUttered("hola"), SlotSet("language", "es")]
    tracker = DialogueStateTracker.from_events("talk", events, domain.slots)
    before = tracker.current_state(EventVerbosity.ALL)

    twin = tracker.copy()
    same = twin.current_state(EventVerbosity.ALL)
    twin.update_with_events([SlotSet("language", "pt"), UserUttered("oi"), ActionExecuted("x")], domain)

    assert same == before == tracker.current_state(EventVerbosity.ALL)
    assert (twin.get_slot("language"), twin.latest_message.text) == ("pt", "oi")


def test_the_action_server_is_asked_over_one_connection():
    callers = []

    async def answer(request):
        callers.append(request.transport.get_extra_info("peername"))
        return web.json_response({"events": [], "responses": []})

    async def ask():
        application = web.Application()
        application.router.add_post("/webhook", answer)
        async with TestServer(application) as action_server:
            endpoint = EndpointConfig(str(action_server.make_url("/webhook")))
            told = [await endpoint.request(json={}) for _ in range(3)]
            await endpoint.kept.close()
        return told

    assert asyncio.run(ask()) == 3 * [{"events": [], "responses": []}]
    assert len(callers) == 3
    assert len(set(callers)) == 1


def test_each_kind_of_event_is_found_and_looked_for_once(monkeypatch):
    assert Event.resolve_by_type("slot") is SlotSet
    monkeypatch.setattr(common, "all_subclasses", lambda kind: pytest.fail("again"))

    assert Event.resolve_by_type("slot") is SlotSet


def test_what_is_no_kind_of_event_is_refused():
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("nothing that Rasa knows")


def test_a_model_that_is_loaded_is_not_looked_through_for_garbage(monkeypatch):
    loaded, before = [], gc.get_threshold()
    monkeypatch.setattr(server, "_load", lambda agent, path: loaded.append((agent, path)))

    try:
        server.load_for_good("an agent", "a model")
        kept = gc.get_freeze_count()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)

    assert loaded == [("an agent", "a model")]
    assert kept > 0
