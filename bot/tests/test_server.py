"""The answers of the action server are checked as Rasa checks them, at a fraction of the price."""

import gc

import pytest
from jsonschema import ValidationError, validate
from jsonschema.validators import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils import common

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
