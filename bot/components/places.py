"""Recognises what a message means where the talk stands: "the other one" after a proposal, "the shop" where
it is asked how a new SIM shall come, "later" after what was told.

A place is what the bot has just asked, proposed, told or done (`actions.tasks.placing` names them). What is
meant is one of: yes, no, `choose:…`, aside, `other:…` (a matter of its own), person, closes. No component
knows where a talk stands, so each message is told what it would mean at every place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
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
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from components.vectors import SentenceVectors, vector_of

# So the lines of `data/places` are named: the place, and what is meant there. They are no intents.
PREFIX, BETWEEN = "at_", "__"
AT_PLACES = "at_places"
OTHER = "other"
# What is said of something else, wherever the talk stands: so many lines of the intents for each place. Those
# that mean something of the place there are left out.
FOREIGN = 12
SPEAKS_OF = {
    "pay_bills": "make_payment check_balance view_bill top_up", "top_up": "make_payment check_balance",
    "make_payment": "check_balance view_bill top_up payment_failed",
    "payment_failed": "make_payment request_refund",
    "start_autopay": "set_up_autopay make_payment", "end_autopay": "set_up_autopay cancel_service",
    "block_line": "report_lost_sim", "replace_sim": "report_lost_sim activate_sim",
    "report_lost_sim": "activate_sim", "pause_line": "cancel_service",
    "cancel_service": "change_plan list_plans",
    "change_city": "update_contact", "port_out_code": "port_number", "change_plan": "list_plans buy_addon",
    "buy_addon": "change_plan list_plans roaming_info check_usage", "list_plans": "change_plan",
    "dispute_charge": "request_refund view_bill check_usage network_problem check_balance",
    "request_refund": "dispute_charge payment_failed view_bill", "roaming_info": "buy_addon",
    "outage": "network_problem ticket_status", "data_used_up": "network_problem check_usage buy_addon",
    "blocked": "network_problem make_payment check_balance payment_failed", "view_bill": "dispute_charge",
    "check_usage": "buy_addon", "network_problem": "ticket_status",
}  # fmt: skip
ANYWHERE = ("line_id", "way", "parked", "guesses")  # places of any task
SMALL_TALK = ("greet", "bot_challenge", "out_of_scope")
THANKS = ("thank", "goodbye")
ANSWERS = ("affirm", "deny", "stop_flow", "nlu_fallback")
RARE = 4  # lines; of a matter that is seldom taken up at a place only this much is learnt, that it is another
ROUNDS = 60  # more of them learn the lines by heart
SHARED, OWN, THERE = 5.0, 7.0, 2.0  # how much a vector counts everywhere, at its place, and the place itself


def meant_at(intent: str) -> tuple[str, str] | None:
    """The place and what is meant there; None for a line that stands for something else."""
    if not intent.startswith(PREFIX):
        return None
    place, _, meaning = intent.removeprefix(PREFIX).partition(BETWEEN)
    return place, meaning


def meaning_of_foreign(place: str, intent: str) -> str:
    """What a line of this intent means at the place; empty where it may be said of what is open there."""
    parts = place.split(".")
    its_own = {*parts, *(each for part in parts for each in SPEAKS_OF.get(part, "").split())}
    if intent in ANSWERS or intent in its_own:
        return ""
    if intent in SMALL_TALK:
        return "aside"
    if intent in THANKS:
        return "closes" if parts[0] in ("told", "done", "left") else "aside"
    if intent == "talk_to_agent":
        return "person"
    return "" if parts[-1] in ANYWHERE else f"{OTHER}:{intent}"


def foreign_to(place: str, nth: int, intents: Sequence[str]) -> list[tuple[int, str]]:
    """Some of the lines of the intents, and what they mean at the place: others at each."""
    told = [(line, meaning_of_foreign(place, intent)) for line, intent in enumerate(intents)]
    fitting = [each for each in told if each[1]]
    step = max(1, len(fitting) // FOREIGN)
    return fitting[nth * 17 % step :: step][:FOREIGN]


class PlaceModel:
    """One logistic regression for all places, with weights that they share and weights of their own."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self.rows: list[tuple[str, str]] = []

    def fit(self, vectors: np.ndarray, places: Sequence[str], meanings: Sequence[str]) -> PlaceModel:
        meanings = _without_rare(places, meanings)
        self._middle = vectors.mean(0)
        names = sorted(set(places))
        at = np.array([names.index(each) for each in places])
        learnt = LogisticRegression(C=self._strength, max_iter=ROUNDS)
        learnt.fit(_beside(vectors - self._middle, at, len(names)), meanings)
        self.rows = sorted(set(zip(places, meanings)))
        self._weights, self._start = _folded(learnt, names, self.rows, vectors.shape[1])
        return self

    def chances(self, vector: np.ndarray) -> dict[str, tuple[str, float]]:
        """By place, what it most likely means, and how likely."""
        told = np.exp(self._weights @ (vector - self._middle) + self._start)
        found: dict[str, tuple[str, float]] = {}
        total: Counter[str] = Counter()
        for (place, meaning), odds in zip(self.rows, told.tolist()):
            total[place] += odds
            if odds > found.get(place, ("", 0.0))[1]:
                found[place] = meaning, odds
        return {place: (meaning, odds / total[place]) for place, (meaning, odds) in found.items()}

    def save(self, folder: Path) -> None:
        np.savez(
            folder / "places.npz",
            rows=np.array(self.rows),
            weights=self._weights,
            start=self._start,
            middle=self._middle,
        )

    def restore(self, folder: Path) -> PlaceModel:
        kept = np.load(folder / "places.npz")
        self.rows = [(str(place), str(meaning)) for place, meaning in kept["rows"]]
        self._weights, self._start, self._middle = kept["weights"], kept["start"], kept["middle"]
        return self


def _is_an_intent(name: str) -> bool:
    return not name.startswith((PREFIX, "reply_"))


def _without_rare(places: Sequence[str], meanings: Sequence[str]) -> list[str]:
    times = Counter(zip(places, meanings))
    is_rare = [times[each] < RARE and each[1].startswith(OTHER) for each in zip(places, meanings)]
    return [OTHER if rare else meaning for meaning, rare in zip(meanings, is_rare)]


def _beside(vectors: np.ndarray, at: np.ndarray, places: int) -> csr_matrix:
    """Each vector where all share it, once more among those of its place, and the place."""
    count, length = vectors.shape
    line = np.repeat(np.arange(count), length)
    column = (at[:, None] * length + np.arange(length)).ravel()
    own = csr_matrix(((vectors * OWN).ravel(), (line, column)), shape=(count, places * length))
    there = csr_matrix((np.full(count, THERE), (np.arange(count), at)), shape=(count, places))
    return hstack([csr_matrix(vectors * SHARED), own, there]).tocsr().astype(np.float32)


def _folded(
    learnt: LogisticRegression, places: list[str], rows: list[tuple[str, str]], length: int
) -> tuple[np.ndarray, np.ndarray]:
    """One row of weights for each meaning that was seen at a place, and what it begins with."""
    weights, start = [], []
    for place, meaning in rows:
        at, kind = places.index(place), int(np.searchsorted(learnt.classes_, meaning))
        told = learnt.coef_[kind]
        first = length * (1 + at)
        weights.append(told[:length] * SHARED + told[first : first + length] * OWN)
        start.append(learnt.intercept_[kind] + told[length * (1 + len(places)) + at] * THERE)
    return np.array(weights, dtype=np.float32), np.array(start, dtype=np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PlaceClassifier(IntentClassifier, GraphComponent):
    """Tells `at_places` beside the intent: by place, what the message means there and how sure that is."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceVectors]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"C": 5.0}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._model = PlaceModel(config["C"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PlaceClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PlaceClassifier:
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            classifier._model.restore(folder)
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        examples = [each for each in training_data.intent_examples if each.get(INTENT) and each.get(TEXT)]
        learnt = [(each, *told) for each in examples if (told := meant_at(each.get(INTENT)))]
        others = [each for each in examples if _is_an_intent(each.get(INTENT))]
        intents = [each.get(INTENT) for each in others]
        for nth, place in enumerate(sorted({place for _, place, _ in learnt})):
            learnt += [(others[line], place, meaning) for line, meaning in foreign_to(place, nth, intents)]
        self._model.fit(
            np.stack([vector_of(each) for each, *_ in learnt]),
            [place for _, place, _ in learnt],
            [meaning for *_, meaning in learnt],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            chances = self._model.chances(vector_of(message))
            told = {place: [meaning, round(sure, 3)] for place, (meaning, sure) in chances.items()}
            message.set(AT_PLACES, told, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from predictions, so none are made."""
        return training_data
