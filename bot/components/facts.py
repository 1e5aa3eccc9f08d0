"""Finds facts by their shape, each in its normal form: plans, numbers of cases, amounts, dates, addresses."""

from __future__ import annotations

import unicodedata
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.dates import dates_in
from components.finding import Fact, Setting
from components.lists import listed_in
from components.money import money_in
from components.phones import phones_in
from components.plan_names import plans_in
from components.references import references_in, volumes_in

Entity = dict[str, Any]

LONGEST = 2_000  # letters looked at; nobody hides a plan's name behind more


def bare(text: str) -> str:
    """Lower case without accents, letter for letter, so that places in the text stay the same."""
    plain = (unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in text[:LONGEST])
    return "".join(letter or " " for letter in plain)


def facts_in(text: str, setting: Setting | None = None) -> list[Entity]:
    """Entities in the order they are mentioned."""
    plain = bare(text)
    found = sorted(_kept(plain, text, setting or Setting.of(None)), key=lambda fact: (fact.start, fact.end))
    return [
        {
            "entity": fact.kind,
            "value": fact.value,
            "start": fact.start,
            "end": fact.end,
            "extractor": "FactFinder",
        }
        for fact in found
    ]


def _kept(plain: str, written: str, setting: Setting) -> list[Fact]:
    """The surer shape wins where two would read the same letters; a currency stands inside its amount."""
    finders = (
        references_in(plain, setting),
        dates_in(plain, setting),
        plans_in(plain),
        volumes_in(plain),
        phones_in(plain, setting),
        money_in(plain, setting),
        listed_in(plain, written),
    )
    kept: list[Fact] = []
    for finder in finders:
        for fact in finder:
            taken = [other for other in kept if fact.overlaps(other)]
            if all({fact.kind, other.kind} == {"amount", "currency"} for other in taken):
                kept.append(fact)
    return kept


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactFinder(GraphComponent):
    """Needs no training: facts have shapes, plans have names."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactFinder:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = facts_in(message.get(TEXT) or "", Setting.of(message.get("metadata")))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
