"""A twin of the application, and a customer who talks to the actions as Rasa would let her."""

import asyncio
import json
from functools import cache
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from twin import CONVERSATION, TOKEN, Twin

from actions.doing import DoesTask
from components.facts import facts_in
from components.finding import Setting


@pytest.fixture(scope="session")
def running_twin():
    twin = Twin()
    yield twin
    twin.close()


@pytest.fixture
def twin(running_twin, monkeypatch):
    running_twin.reset()
    monkeypatch.setenv("APP_URL", running_twin.url)
    monkeypatch.setenv("BOT_SERVICE_TOKEN", TOKEN)
    return running_twin


@cache
def every_action() -> dict[str, Any]:
    """By its name, as the action server finds them once when it begins."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor.actions


class Chat:
    """Keeps the slots from one message to the next."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {"language": "es"}
        self.metadata: dict[str, Any] = {"language": "es"}

    def says(
        self,
        intent: str,
        text: str = "…",
        ranking: list[str] = (),
        sure: float = 0.9,
        does: str = "",
        does_sure: float = 0.9,
        finds: bool = False,
        at: dict[str, list[Any]] | None = None,
        **entities: str,
    ) -> "Said":
        """`does` is what the message does to what was said last; `finds` that facts are found in the text;
        `at` what it means where the talk may stand."""
        action = every_action()[f"action_{intent}"]
        found = facts_in(text, Setting.of(self.metadata)) if finds else []
        told = (does, does_sure), found, at or {}
        return self._says(action, intent, text, ranking, sure, *told, **entities)

    def _says(
        self, action, intent, text, ranking=(), sure=0.9, does=("", 0.0), found=(), at=(), **entities
    ) -> "Said":
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": sure},
            "intent_ranking": [{"name": name, "confidence": 0.2} for name in ranking],
            "entities": [*found, *({"entity": name, "value": told} for name, told in entities.items())],
            "reply": {"name": does[0], "confidence": does[1] if does[0] else 0.0},
            "at_places": dict(at),
            "metadata": self.metadata,
        }
        tracker = Tracker(CONVERSATION, self.slots, message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        run = action.run if isinstance(action, Action) else action
        events = asyncio.run(run(dispatcher, tracker, {}))
        self.slots.update({e["name"]: e["value"] for e in events if e["event"] == "slot"})
        return Said(dispatcher.messages)

    def does(self, task: str) -> "Said":
        """Begins a task of its own, though its intent has another action."""

        class Begins(DoesTask):
            intent = ""

        action = Begins()
        action.intent = task
        return self._says(action, task, f"/{task}")

    def agrees(self) -> "Said":
        return self.says("affirm", "sí")

    def presses(self, payload: str) -> "Said":
        """The button's payload, as Rasa reads it: an intent, and what it carries as entities."""
        intent, _, told = payload.lstrip("/").partition("{")
        carried = json.loads("{" + told) if told else {}
        return self.says(intent, text=payload, sure=1.0, **carried)


class Said:
    """What the bot said, by the names of its responses."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.everything = messages
        self.responses = [m["response"] for m in messages if m.get("response")]
        self.shown = [m["custom"] for m in messages if m.get("custom")]
        self.buttons = [b["payload"] for m in messages for b in m.get("buttons") or []]

    def words(self, response: str) -> dict[str, Any]:
        return next(m for m in self.everything if m.get("response") == response)

    def button(self, word: str) -> str:
        """The first one that carries this."""
        return next(each for each in self.buttons if word in each)

    def shown_kinds(self) -> list[str]:
        return [custom["kind"] for custom in self.shown]


@pytest.fixture
def two_lines(twin):
    """One postpaid, one prepaid."""
    twin.says("context", "a verified customer with two lines")
    return twin


@pytest.fixture
def card(twin):
    """That she had kept."""
    twin.says("payables", "one bill and a card")
    twin.says("top_up", "usual amounts and a card")
    return twin


@pytest.fixture
def chat(twin) -> Chat:
    return Chat()
