"""She wrote the code that was sent to her: what came of it."""

from actions import verification
from actions.action import CareAction
from actions.turn import Turn


class ActionCodeGiven(CareAction):
    intent = "code_given"
    resolves = False
    interrupts = True
    moves_on = True

    async def answer(self, turn: Turn) -> None:
        verification.came_back(turn)
