"""A twin of the application, and a customer who talks to the actions as Rasa would let her."""

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from twin import CONVERSATION, TOKEN, Twin

RULES = {
    "check_balance": "action_check_balance",
    "check_usage": "action_check_usage",
    "view_bill": "action_view_bill",
    "list_plans": "action_list_plans",
    "change_plan": "action_change_plan",
    "affirm": "action_affirm",
    "deny": "action_deny",
    "stop_flow": "action_stop_flow",
    "make_payment": "action_make_payment",
    "ticket_status": "action_ticket_status",
    "roaming_info": "action_knowledge",
    "talk_to_agent": "action_hand_over",
    "dispute_charge": "action_hand_over",
    "greet": "action_greet",
    "thank": "action_small_talk",
    "out_of_scope": "action_not_understood",
    "nlu_fallback": "action_not_understood",
}


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


class Chat:
    """Keeps the slots from one message to the next."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = {"language": "es"}
        self.executor = ActionExecutor()
        self.executor.register_package("actions")

    def says(self, intent: str, text: str = "…", ranking: list[str] = (), **entities: str) -> "Said":
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "intent_ranking": [{"name": name, "confidence": 0.2} for name in ranking],
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {"language": "es"},
        }
        tracker = Tracker(CONVERSATION, self.slots, message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        events = asyncio.run(self.executor.actions[RULES[intent]](dispatcher, tracker, {}))
        self.slots.update({e["name"]: e["value"] for e in events if e["event"] == "slot"})
        return Said(dispatcher.messages)


class Said:
    """What the bot said, by the names of its responses."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.everything = messages
        self.responses = [m["response"] for m in messages if m.get("response")]
        self.shown = [m["custom"] for m in messages if m.get("custom")]
        self.buttons = [b["payload"] for m in messages for b in m.get("buttons") or []]

    def words(self, response: str) -> dict[str, Any]:
        return next(m for m in self.everything if m.get("response") == response)

    def shown_kinds(self) -> list[str]:
        return [custom["kind"] for custom in self.shown]


@pytest.fixture
def chat(twin) -> Chat:
    return Chat()
