"""Who the bot is talking to: the start of a session, and the customer's context."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecuted, SessionStarted, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.app_client import Answer, Refused
from actions.turn import LANGUAGES, Turn


class ActionSessionStart(Action):
    """Begins with the conversation's language; nothing else survives an old session."""

    def name(self) -> str:
        return "action_session_start"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        metadata = tracker.get_slot("session_started_metadata") or {}
        language = metadata.get("language") or tracker.get_slot("language")
        return [
            SessionStarted(),
            SlotSet("language", language if language in LANGUAGES else "en"),
            ActionExecuted("action_listen"),
        ]


async def context_of(turn: Turn) -> Answer:
    """The customer as the application knows her now."""
    return await turn.app.context()


async def lines_of(turn: Turn) -> list[Answer]:
    """Her lines; refused when nobody knows who she is."""
    context = await context_of(turn)
    if not context.get("verified"):
        raise Refused("not_verified", "", 403)
    return list(context.get("lines") or [])
