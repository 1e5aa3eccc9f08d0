"""Predicts what a rule of one step says: the intent's action, then it is the customer's turn."""

from __future__ import annotations

import json
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TABLE = "actions.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class OneStepRules(Policy):
    """Looks up what Rasa's RulePolicy searches for: it goes through the whole talk, and through all rules,
    twice for each message. `fallback` is the action for an intent without a rule."""

    _actions: dict[str, str]

    @staticmethod
    def supported_data() -> SupportedData:
        return SupportedData.RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"priority": 1, "fallback": "action_nlu_fallback"}

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> OneStepRules:
        policy = cls(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            policy._actions = json.loads((folder / TABLE).read_text(encoding="utf-8"))
        return policy

    def train(self, training_trackers: list[DialogueStateTracker], domain: Domain, **kwargs: Any) -> Resource:
        self._actions = dict(map(_learnt, training_trackers))
        with self._model_storage.write_to(self._resource) as folder:
            (folder / TABLE).write_text(json.dumps(self._actions), encoding="utf-8")
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        action = ACTION_LISTEN_NAME
        if tracker.latest_action_name == ACTION_LISTEN_NAME and tracker.latest_message:
            action = self._actions.get(tracker.latest_message.intent_name, self.config["fallback"])
        chances = self._default_predictions(domain)
        chances[domain.index_for_action(action)] = 1.0
        return self._prediction(chances)


def _learnt(rule: DialogueStateTracker) -> tuple[str, str]:
    """The intent and the action of a rule. Raises ValueError for one of more steps, or of other ones."""
    said = [each.intent_name for each in rule.events if isinstance(each, UserUttered)]
    done = [each.action_name for each in rule.events if isinstance(each, ActionExecuted)]
    done = [name for name in done if name not in (ACTION_LISTEN_NAME, "...")]
    if len(said) != 1 or len(done) != 1:
        raise ValueError(f"{rule.sender_id} is no rule of one step")
    return said[0], done[0]
