"""Finds out in which language a message is written and says so as the entity `language`."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from components.learnt import LinearModel

LANGUAGES = ("en", "es", "pt")
NOT_LETTERS = re.compile(r"[^\w\s]|[\d_]")
# Small words of one language only: with one of them she has not left it.
OWN = {
    "en": frozenset(["the", "what", "my", "is", "how"]),
    "es": frozenset(["qué", "cuánto", "cómo", "tengo", "mi", "el", "y", "pero"]),
    "pt": frozenset(
        ["só", "não", "você", "vocês", "vc", "vcs", "pra", "meu", "minha", "isso", "zap", "tô", "tá", "né"]
    ),
}
GROUP = 4  # letters, the longest that are learnt
WRITTEN_SO = 0.5  # of a message's groups; of words in any of the languages hardly any is new


def letters(text: str) -> str:
    """The message without figures, signs and emoji, which belong to no language."""
    return " ".join(NOT_LETTERS.sub(" ", text.lower()).split())


def language_model() -> Pipeline:
    """An untrained classifier of letters into languages."""
    return make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True),
        LogisticRegression(C=20, class_weight="balanced", max_iter=300, random_state=42),
    )


def language_of(example: Message) -> str | None:
    """The language written beside the intent of a training example."""
    return example.get("metadata", {}).get("intent", {}).get("language")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class LanguageDetector(GraphComponent):
    """Learns from the language written beside each intent of the NLU files.

    The language in the message's metadata, the conversation's, is the prior. It stays
    unless the words speak clearly for another one.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"switch_above": 0.85, "short_letters": 12, "switch_short_above": 0.97}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model: LinearModel | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageDetector:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageDetector:
        detector = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            detector._model = LinearModel.restored(language_model(), folder / "language.npz")
        return detector

    def train(self, training_data: TrainingData) -> Resource:
        texts, languages = [], []
        for example in training_data.intent_examples:
            language = language_of(example)
            if language in LANGUAGES:
                texts.append(letters(example.get(TEXT)))
                languages.append(language)
        self._model = LinearModel.of(language_model().fit(texts, languages))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / "language.npz")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            prior = (message.get("metadata") or {}).get("language")
            language = self.language_of(message.get(TEXT) or "", prior)
            found = {
                "entity": "language",
                "value": language,
                "start": 0,
                "end": 0,
                "extractor": "LanguageDetector",
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)
        return messages

    def language_of(self, text: str, prior: str | None) -> str:
        """The language of the text; `prior` when the text does not say clearly."""
        known = prior if prior in LANGUAGES else None
        words = letters(text)
        if self._model is None or not words or (known and not self._is_any(words)):
            return known or "en"
        chances = dict(zip(self._model.classes, self._model.chances(words)))
        best = max(chances, key=lambda language: chances[language])
        short = len(words) < self._config["short_letters"]
        needed = self._config["switch_short_above" if short else "switch_above"]
        if known and (chances[best] < needed or OWN[known] & set(words.split())):
            return known
        return str(best)

    def _is_any(self, words: str) -> bool:
        """Whether it is written in any of the languages: "lkjpoi vbnm" is no reason to change."""
        known = self._model.words[0]
        groups = [each for each in known.groups_of(words) if len(each) == GROUP]
        return sum(each in known.places for each in groups) >= WRITTEN_SO * len(groups)
