"""A person, asked for by name."""

import re

from actions import handover
from actions.action import CareAction
from actions.plain import plain
from actions.turn import Turn

# "Call me back", in plain letters.
CALL_ME = re.compile(
    r"\b(?:(?:call|phone|ring) me|call ?back|llam(?:a|e|en|ar)(?:me|nos)|me llam(?:a|e|an|en)"
    r"|marc(?:a|ar|en)me|me lig(?:a|am|ue|uem|ar))\b"
)


class ActionTalkToAgent(CareAction):
    intent = "talk_to_agent"
    resolves = False
    interrupts = True
    moves_on = True

    async def answer(self, turn: Turn) -> None:
        if not (CALL_ME.search(plain(turn.text)) and await handover.call_back(turn)):
            await handover.hand_over(turn, turn.offered.get("reason", "asked"))
