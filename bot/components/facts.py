"""Finds facts by their shape: plans by any of their names, ticket numbers, amounts, dates, addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

Entity = dict[str, Any]

GIGAS = r"[ -]?(?:gb|gigs?|gigas?|gigabytes?)\b"
MEGAS = r"(?:[ -]?(?:mbps|mb|megas?)\b| one\b)"
THE = r"\b(?:the|la de|el de|los|las|o de|a de)"

PLANS = {
    "starter-5gb": rf"\bstarter\b|\b(?:5|five|cinco){GIGAS}|{THE} (?:5|five|cinco)\b",
    "plus-20gb": rf"\bplus\b|\b(?:20|twenty|veinte|vinte){GIGAS}|{THE} (?:20|twenty|veinte|vinte)\b",
    "max-unlimited": r"\bmax\b|\bunlimited\b|\bilimitad[oa]s?\b|\bs(?:in|em) limites?\b",
    "family-share": r"\bfamily(?: share)?\b|\bfamilia(?:r|res)?\b",
    "fibra-300": rf"\bfib(?:ra|er|re) (?:de )?300\b|\b300{MEGAS}|{THE} 300\b",
    "fibra-600": rf"\bfib(?:ra|er|re) (?:de )?600\b|\b600{MEGAS}|{THE} 600\b",
    "tv-mix": r"\btv ?mix\b",
}
SHAPES = {
    "ticket_number": r"\btt-\d{4}-\d{6}\b",
    "invoice_number": r"\binv-[a-z]{2}-\d{4}-\d{6}\b",
    "email": r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b",
    "iccid": r"\b89\d{17,18}\b",
    "phone_number": r"(?<![\d-])\+?(?:\d{2,3}[ .-]?)?\(?\d{2,5}\)?[ .-]?\d{3,5}[ .-]?\d{4}(?![\d-])",
    "amount": r"(?:(?:mx|r|us)?\$|₹|\brs\.?) ?\d+(?:[.,]\d+)*"
    r"|\b\d+(?:[.,]\d+)* ?(?:pesos|reais|real|rupees|rupias|rs|mxn|brl|inr|bucks|dollars|varos|conto)\b",
    "currency": r"\b(?:mxn|brl|inr|pesos|reais|rupees|rupias)\b",
    "data_volume": r"\b\d+(?:[.,]\d+)? ?(?:gb|mb|gigs?|gigas?|megas?)\b",
    "date": r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b",
    "payment_method": r"\b(?:credit card|debit card|tarjeta(?: de (?:credito|debito))?"
    r"|cartao(?: de (?:credito|debito))?|pix|upi|oxxo|boleto|transferencia|bank transfer|paypal)\b",
    "country": r"\b(?:mexico|brazil|brasil|india|argentina|colombia|peru|chile|uruguay|uruguai|paraguay"
    r"|paraguai|usa|united states|estados unidos|eua|canada|uk|england|inglaterra|spain|espana|espanha"
    r"|portugal|france|francia|franca|germany|alemania|alemanha|italy|italia|japan|japon|japao|dubai"
    r"|thailand|tailandia|nigeria|kenya|kenia|south africa|sudafrica|turkey|turquia|cuba)\b",
}
NAMED = {code: re.compile(pattern) for code, pattern in PLANS.items()}
SHAPED = {entity: re.compile(pattern) for entity, pattern in SHAPES.items()}
LONGEST = 2_000  # letters looked at; nobody hides a plan's name behind more


def bare(text: str) -> str:
    """Lower case without accents, letter for letter, so that places in the text stay the same."""
    plain = (unicodedata.normalize("NFD", letter)[0].lower()[:1] for letter in text[:LONGEST])
    return "".join(letter or " " for letter in plain)


def facts_in(text: str) -> list[Entity]:
    """Entities in the order they are mentioned."""
    return sorted(_found(bare(text), text), key=lambda entity: (entity["start"], entity["end"]))


def _found(plain: str, text: str) -> Iterator[Entity]:
    for code, pattern in NAMED.items():
        for match in pattern.finditer(plain):
            yield _entity("plan_name", code, match)
    for name, pattern in SHAPED.items():
        for match in pattern.finditer(plain):
            yield _entity(name, text[match.start() : match.end()].strip(), match)


def _entity(name: str, value: str, match: re.Match[str]) -> Entity:
    return {
        "entity": name,
        "value": value,
        "start": match.start(),
        "end": match.end(),
        "extractor": "FactFinder",
    }


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
            found = facts_in(message.get(TEXT) or "")
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
