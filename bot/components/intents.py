"""Recognises what a customer wants: words, letters and a vector, weighed and compared with the examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from components.places import meant_at
from components.replies import PREFIX
from components.weighing import WeighedClassifier

RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WeighedIntentClassifier(WeighedClassifier):
    """Learns the intents, and nothing from lines that stand for what a message does, or means at a place."""

    def kinds(self, intents: Sequence[str]) -> list[str]:
        return ["" if intent.startswith(PREFIX) or meant_at(intent) else intent for intent in intents]

    def tell(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking[:RANKED], add_to_output=True)
