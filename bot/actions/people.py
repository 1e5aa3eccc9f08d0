"""A person, asked for by name."""

from actions import handover
from actions.action import CareAction
from actions.meant import wants_a_call
from actions.turn import Turn


class ActionTalkToAgent(CareAction):
    intent = "talk_to_agent"
    resolves = False
    interrupts = True
    moves_on = True

    async def answer(self, turn: Turn) -> None:
        if not (wants_a_call(turn) and await handover.call_back(turn)):
            await handover.hand_over(turn, turn.offered.get("reason", "asked"))
