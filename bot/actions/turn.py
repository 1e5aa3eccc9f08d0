"""One message of the customer: what was understood, what the bot remembers, what it answers."""

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.app_client import AppClient

LANGUAGES = ("en", "es", "pt")
FLOW_SLOTS = ("awaiting", "task", "handover_reason", "line_id", "plan_code", "quote")


class Turn:
    """Slots written here are seen at once by `memory`, and by Rasa when the action returns."""

    def __init__(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.dispatcher = dispatcher
        self.conversation_id = tracker.sender_id
        self.message: dict[str, Any] = tracker.latest_message or {}
        self.metadata: dict[str, Any] = self.message.get("metadata") or {}
        self._slots: dict[str, Any] = dict(tracker.current_slot_values())
        self._written: dict[str, Any] = {}
        self.app = AppClient(self.conversation_id, self.language)

    @property
    def text(self) -> str:
        return self.message.get("text") or ""

    @property
    def intent(self) -> str:
        return (self.message.get("intent") or {}).get("name") or "nlu_fallback"

    @property
    def confidence(self) -> float:
        return float((self.message.get("intent") or {}).get("confidence") or 0.0)

    @property
    def ranking(self) -> list[str]:
        return [entry["name"] for entry in self.message.get("intent_ranking") or []]

    @property
    def pressed_a_button(self) -> bool:
        return self.text.startswith("/")

    @property
    def language(self) -> str:
        spoken = self.memory("language") or self.metadata.get("language")
        return spoken if spoken in LANGUAGES else "en"

    def memory(self, slot: str) -> Any:
        return self._written.get(slot, self._slots.get(slot))

    def remember(self, **slots: Any) -> None:
        self._written.update(slots)

    def forget_flow(self) -> None:
        """End whatever was being asked; the next yes or no belongs to nothing."""
        self.remember(**dict.fromkeys(FLOW_SLOTS))

    def events(self) -> list[dict[str, Any]]:
        return [SlotSet(name, value) for name, value in self._written.items()]

    def entity(self, name: str) -> str | None:
        """The last one wins: "not the 5 giga one, the 20" means the 20."""
        values = [e.get("value") for e in self.message.get("entities") or [] if e.get("entity") == name]
        return str(values[-1]) if values else None

    def entities(self) -> dict[str, str]:
        """What was mentioned, without the language, which is no fact of the matter."""
        found = {e["entity"]: str(e["value"]) for e in self.message.get("entities") or []}
        found.pop("language", None)
        return found

    def digits(self) -> str:
        return re.sub(r"\D", "", self.text)

    def say(self, response: str, buttons: list[dict[str, str]] | None = None, **words: Any) -> None:
        self.dispatcher.utter_message(response=response, buttons=buttons or [], **words)

    def show(self, **custom: Any) -> None:
        """Something the application renders or keeps: a pay card, the language, what was understood."""
        self.dispatcher.utter_message(json_message=custom)

    def stay_silent(self) -> None:
        self.dispatcher.messages.clear()
