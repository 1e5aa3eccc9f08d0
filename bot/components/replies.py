"""Recognises what a message does to what was just said, whatever it is about: agrees, declines, asks …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message

from components.places import meant_at
from components.weighing import WeighedClassifier

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
    if meant_at(intent):
        return ""
    return KNOWN.get(intent) or (NEW_MATTER if place % EVERY == 0 else "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ReplyClassifier(WeighedClassifier):
    """Learns as the intents are learnt, from lines of its own; tells `reply` beside the intent."""

    def kinds(self, intents: Sequence[str]) -> list[str]:
        return [kind_of(intent, place) for place, intent in enumerate(intents)]

    def tell(self, message: Message, ranking: list[dict[str, Any]]) -> None:
        message.set(REPLY, ranking[0], add_to_output=True)
