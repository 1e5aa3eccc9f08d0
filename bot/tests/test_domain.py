"""The domain, the rules, the tasks and the responses fit together."""

import re
from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions.tasks import TASKS

BOT = Path(__file__).parents[1]
DOMAIN = yaml.safe_load((BOT / "domain" / "domain.yml").read_text(encoding="utf-8"))
INTENTS = [intent for each in DOMAIN["intents"] for intent in each]
RESPONSES = {
    name: variations
    for file in (BOT / "domain" / "responses").glob("*.yml")
    for name, variations in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items()
}
HOW_TO = BOT / "actions" / "tasks" / "__init__.py"  # speaks of responses that are only examples
CODE = "\n".join(
    file.read_text(encoding="utf-8") for file in (BOT / "actions").rglob("*.py") if file != HOW_TO
)


def test_every_intent_has_its_action_and_its_rule():
    executor = ActionExecutor()
    executor.register_package("actions")
    rules = yaml.safe_load((BOT / "data" / "rules" / "intents.yml").read_text(encoding="utf-8"))["rules"]
    ruled = {steps[0]["intent"]: steps[1]["action"] for steps in (rule["steps"] for rule in rules)}

    assert ruled == {intent: f"action_{intent}" for intent in INTENTS}
    assert set(ruled.values()) | {"action_session_start"} == set(DOMAIN["actions"])
    assert set(DOMAIN["actions"]) <= set(executor.actions)


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_is_there_in_every_language(name):
    languages = [variation["condition"][0]["value"] for variation in RESPONSES[name]]

    assert languages == ["en", "es", "pt"]


def test_every_response_spoken_of_exists_and_none_is_idle():
    spoken = {name for name in re.findall(r"utter_[a-z_]+", CODE) if name != "utter_message"}
    built = {"utter_bill_", "utter_step_"}

    assert spoken - built <= set(RESPONSES)
    assert {name for name in RESPONSES if not name.startswith(tuple(built))} <= spoken


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_a_pressed_button_can_carry_every_answer_of_a_task(task):
    assert task.intent in INTENTS
    assert {question.slot for question in task.questions} <= set(DOMAIN["entities"])
    assert {question.entity for question in task.questions} - {""} <= set(DOMAIN["entities"])
