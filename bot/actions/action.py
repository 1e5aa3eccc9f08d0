"""What every answer shares."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import responding, verification
from actions.tasks import meeting
from actions.tasks.how_much import corrects_a_figure
from actions.tasks.replying import ASKS
from actions.turn import Turn


class CareAction(Action, ABC):
    """One intent's answer. `answer` asks the application and speaks; failures are handled around it."""

    intent: str
    understood = True  # ends a run of misunderstandings
    resolves = True  # counts as something the bot tried before a person came
    interrupts = False  # is never an answer to what the bot just asked
    moves_on = False  # begins a task, moves it on or ends it; all else is beside it

    _by_intent: ClassVar[dict[str, type[CareAction]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.intent:
            CareAction._by_intent[cls.intent] = cls

    @classmethod
    def for_intent(cls, intent: str) -> CareAction:
        return cls._by_intent[intent]()

    def name(self) -> str:
        return f"action_{self.intent}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn(dispatcher, tracker)
        await responding.respond(turn, self)
        return turn.events()

    @abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Ask the application, then speak."""

    async def take(self, turn: Turn) -> None:
        """What the message says to the task under way, else what this intent is answered with."""
        turn.in_task = True
        skips = turn.is_another or (self.interrupts and _says_so(turn))
        if not skips and (await verification.hears(turn) or await meeting.hears(turn)):
            return
        turn.in_task = self.moves_on
        self._keep_count(turn)
        await self.answer(turn)

    def _keep_count(self, turn: Turn) -> None:
        if self.understood and turn.memory("misunderstood"):
            turn.remember(misunderstood=0)
        tried = turn.memory("tried") or []
        if self.resolves and turn.intent not in tried:
            turn.remember(tried=[*tried, turn.intent])


def _says_so(turn: Turn) -> bool:
    """A number, or words that hardly mean it, are first looked at as an answer to what was asked."""
    says_so = not turn.is_unsure and any(map(str.isalpha, turn.text)) and not turn.does(*ASKS)
    return says_so and not corrects_a_figure(turn) and not meeting.is_choosing(turn)


def one_for_each(intents: Iterable[str], base: type[CareAction]) -> None:
    """An action for each intent that does the same."""
    for intent in intents:
        type(f"{base.__name__}_{intent}", (base,), {"intent": intent})
