"""When the bot does not understand: ask once what is meant, then let a person help."""

from collections.abc import Sequence

from actions import handover, plan_change
from actions.action import CareAction
from actions.titles import TITLES
from actions.turn import Turn

OFTEN_MEANT = ("check_balance", "check_usage", "view_bill", "change_plan")
SUGGESTED = 3


class ActionNotUnderstood(CareAction):
    understood = False
    resolves = False

    def name(self) -> str:
        return "action_not_understood"

    async def answer(self, turn: Turn) -> None:
        if turn.memory("misunderstood"):
            await handover.hand_over(turn, "not_understood", "utter_handover_not_understood")
            return
        turn.remember(misunderstood=1)
        if turn.memory("quote"):
            plan_change.remind(turn)
        elif turn.intent == "out_of_scope":
            turn.say("utter_out_of_scope", _buttons(OFTEN_MEANT, turn.language))
        else:
            turn.say("utter_clarify", _buttons(_likely(turn), turn.language))


def _likely(turn: Turn) -> list[str]:
    guesses = [intent for intent in turn.ranking if intent in TITLES and intent != "talk_to_agent"]
    return guesses[:SUGGESTED] or list(OFTEN_MEANT)


def _buttons(intents: Sequence[str], language: str) -> list[dict[str, str]]:
    return [
        {"title": TITLES[intent][language], "payload": f"/{intent}"} for intent in [*intents, "talk_to_agent"]
    ]
