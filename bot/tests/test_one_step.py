"""What is done for an intent is looked up, as the rules say it."""

from pathlib import Path

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.importers.importer import TrainingDataImporter

from components.one_step import OneStepRules

BOT = Path(__file__).parents[1]


def written(rules):
    return TrainingDataImporter.load_from_dict(
        {}, domain_path=str(BOT / "domain"), training_data_paths=[str(rules)]
    )


OURS = written(BOT / "data" / "rules")
DOMAIN = OURS.get_domain()
RASAS = {"back", "restart", "session_start"}  # which nobody can say
TWO_STEPS = """
rules:
- rule: greet and go
  steps:
  - intent: greet
  - action: action_greet
  - action: action_goodbye
"""


def learnt(kind, folder, rules, **config):
    storage = LocalModelStorage.create(folder)
    given = kind.get_default_config() | config, storage, Resource("rules"), ExecutionContext(GraphSchema({}))
    kind.create(*given).train(rules, DOMAIN)
    return kind.load(*given)


def rules_of(importer):
    generator = TrainingDataGenerator(importer.get_stories(), DOMAIN, augmentation_factor=0)
    return generator.generate()


@pytest.fixture(scope="module")
def rules():
    return rules_of(OURS)


@pytest.fixture(scope="module")
def ours(rules, tmp_path_factory):
    return learnt(OneStepRules, tmp_path_factory.mktemp("ours"), rules)


@pytest.fixture(scope="module")
def theirs(rules, tmp_path_factory):
    fallback = {"core_fallback_action_name": "action_nlu_fallback"}
    return learnt(RulePolicy, tmp_path_factory.mktemp("theirs"), rules, **fallback)


def next_action(policy, *events):
    tracker = DialogueStateTracker.from_events("talk", events, domain=DOMAIN)
    told = policy.predict_action_probabilities(tracker, DOMAIN)
    return DOMAIN.action_names_or_texts[told.max_confidence_index]


def said(intent):
    return UserUttered("…", intent={"name": intent, "confidence": 0.9})


LISTENS = ActionExecuted("action_listen")
BEFORE = [LISTENS, said("greet"), ActionExecuted("action_greet"), SlotSet("tried", ["greet"])]


@pytest.mark.parametrize("intent", sorted(set(DOMAIN.intents) - RASAS))
def test_it_does_what_rasas_rules_would(ours, theirs, intent):
    heard = [*BEFORE, LISTENS, said(intent)]
    answered = [*heard, ActionExecuted(f"action_{intent}")]

    assert next_action(ours, *heard) == next_action(theirs, *heard) == f"action_{intent}"
    assert next_action(ours, *answered) == next_action(theirs, *answered) == "action_listen"


def test_an_intent_without_a_rule_is_not_understood(ours):
    assert next_action(ours, LISTENS, said("restart")) == "action_nlu_fallback"


def test_a_rule_of_two_steps_is_refused(tmp_path):
    (tmp_path / "rules.yml").write_text(TWO_STEPS, encoding="utf-8")

    with pytest.raises(ValueError, match="greet and go"):
        learnt(OneStepRules, tmp_path, rules_of(written(tmp_path / "rules.yml")))
