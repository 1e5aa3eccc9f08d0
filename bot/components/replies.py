"""Recognises what a message does to what was just said, whatever it is about: agrees, declines, asks …"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.features import IntentModel
from components.language import language_of
from components.vectors import SentenceVectors, vector_of

# So the lines of `data/replies` are named; they are no intents.
PREFIX = "reply_"
NEW_MATTER = "asks_else"
# What these intents' lines do is known; of those of others one in so many stands for new matters. More of
# them would be seen in everything.
KNOWN = {"affirm": "agrees", "deny": "declines", "stop_flow": "declines"}
EVERY = 36
REPLY = "reply"


def kind_of(intent: str, place: int) -> str:
    """What the line at this place of the training data does; empty where nothing is learnt from it."""
    if intent.startswith(PREFIX):
        return intent.removeprefix(PREFIX)
    return KNOWN.get(intent) or (NEW_MATTER if place % EVERY == 0 else "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ReplyClassifier(IntentClassifier, GraphComponent):
    """Learns as the intents are learnt, from lines of its own; tells `reply` beside the intent."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceVectors]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 20.0}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model: IntentModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ReplyClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> ReplyClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model = IntentModel(config["C"]).restore(folder)
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        kinds = [kind_of(e.get(INTENT), place) for place, e in enumerate(examples)]
        learnt = [(e, kind) for e, kind in zip(examples, kinds) if kind]
        self._model = IntentModel(self._config["C"]).fit(
            [e.get(TEXT) for e, _ in learnt],
            np.stack([vector_of(e) for e, _ in learnt]),
            [kind for _, kind in learnt],
            [language_of(e) or "" for e, _ in learnt],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            chances = self._model.chances([message.get(TEXT) or ""], vector_of(message)[None])[0]
            likeliest = int(chances.argmax())
            told = {"name": str(self._model.intents[likeliest]), "confidence": float(chances[likeliest])}
            message.set(REPLY, told, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from predictions, so none are made."""
        return training_data
