"""What every answer shares: it reports what was understood, and never leaves a customer alone."""

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import handover, lines, plan_change, refusals, usage_report
from actions.app_client import AppUnavailable, Refused
from actions.turn import Turn

log = logging.getLogger(__name__)

CONTINUED_BY_A_LINE = {"change_plan": plan_change.proceed, "check_usage": usage_report.tell}


class CareAction(Action, ABC):
    """One intent's answer. `answer` asks the application and speaks; failures are handled here."""

    understood = True  # ends a run of misunderstandings
    resolves = True  # counts as something the bot tried before a person came
    interrupts = False  # is never an answer to what the bot just asked

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = Turn(dispatcher, tracker)
        _report(turn)
        self._keep_count(turn)
        try:
            await self._continue_or_answer(turn)
        except Refused as refusal:
            await refusals.explain(turn, refusal)
        except AppUnavailable as failure:
            log.warning("conversation %s: %s", turn.conversation_id, failure)
            await handover.after_failure(turn)
        return turn.events()

    @abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Ask the application, then speak."""

    async def _continue_or_answer(self, turn: Turn) -> None:
        if not self.interrupts and plan_change.names_another_plan(turn):
            await plan_change.proceed(turn)
        elif not self.interrupts and lines.names_the_line_asked_for(turn):
            await CONTINUED_BY_A_LINE[turn.memory("task")](turn)
        else:
            confirming = turn.memory("quote")
            await self.answer(turn)
            if self.resolves and confirming and turn.memory("quote") == confirming:
                plan_change.remind(turn)

    def _keep_count(self, turn: Turn) -> None:
        if self.understood and turn.memory("misunderstood"):
            turn.remember(misunderstood=0)
        tried = turn.memory("tried") or []
        if self.resolves and turn.intent not in tried:
            turn.remember(tried=[*tried, turn.intent])


def _report(turn: Turn) -> None:
    turn.show(kind="understood", intent=turn.intent, confidence=round(turn.confidence, 4))
    before = turn.metadata.get("language")
    if before and before != turn.language and not turn.pressed_a_button:
        turn.show(kind="language", language=turn.language)
