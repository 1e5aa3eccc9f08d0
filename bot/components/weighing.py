"""What both classifiers of a message share: they learn kinds of lines, and tell the chances of each."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.features import IntentModel
from components.language import language_of
from components.vectors import SentenceVectors, vector_of


class WeighedClassifier(IntentClassifier, GraphComponent):
    """A logistic regression over everything and a vote of neighbours: a threshold can trust what they say.

    `C` is the strength of the regression; `wariness` see IntentModel.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceVectors]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 20.0, "wariness": 1.0}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._model = IntentModel(config["C"], config["wariness"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> WeighedClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> WeighedClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model.restore(folder)
        return classifier

    @abstractmethod
    def kinds(self, intents: Sequence[str]) -> list[str]:
        """What is learnt of each line, from the intents they stand under; empty where nothing is."""

    @abstractmethod
    def tell(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        """Put it to the message: `name` and `confidence` of each kind, the likeliest first."""

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(INTENT) and each.get(TEXT)]
        kinds = self.kinds([each.get(INTENT) for each in examples])
        learnt = [(each, kind) for each, kind in zip(examples, kinds) if kind]
        self._model.fit(
            [each.get(TEXT) for each, _ in learnt],
            np.stack([vector_of(each) for each, _ in learnt]),
            [kind for _, kind in learnt],
            [language_of(each) or "" for each, _ in learnt],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            chances = self._model.chances([message.get(TEXT) or ""], vector_of(message)[None])[0]
            ranking = [
                {"name": str(self._model.intents[place]), "confidence": float(chances[place])}
                for place in np.argsort(-chances, kind="stable")
            ]
            self.tell(message, ranking)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from predictions, so none are made."""
        return training_data
