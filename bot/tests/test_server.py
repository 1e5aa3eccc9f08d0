"""The answers of the action server are checked as Rasa checks them, at a fraction of the price."""

import gc

import pytest
from jsonschema import ValidationError, validate
from jsonschema.validators import Draft202012Validator
from rasa.core import tracker_store
from rasa.core.actions.action import RemoteAction

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


class Session:
    def __init__(self, engine):
        self.engine = engine

    def get_bind(self):
        return self.engine


def test_the_schema_of_the_table_is_looked_for_once_for_each_database(monkeypatch):
    asked, first, second = [], object(), object()
    monkeypatch.setattr(server, "_find_schema", lambda session: asked.append(session.engine))

    for engine in (first, second, first, first):
        tracker_store.ensure_schema_exists(Session(engine))

    assert asked == [first, second]


def test_a_schema_that_is_missing_is_said_and_looked_for_again(monkeypatch):
    def missing(_session):
        raise ValueError("no schema")

    monkeypatch.setattr(server, "_find_schema", missing)
    session = Session(object())

    for _ in range(2):
        with pytest.raises(ValueError, match="no schema"):
            tracker_store.ensure_schema_exists(session)


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
