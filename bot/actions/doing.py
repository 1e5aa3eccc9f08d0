"""Every task's intent begins it."""

from actions.action import CareAction, one_for_each
from actions.tasks import TASKS, engine
from actions.turn import Turn


class DoesTask(CareAction):
    intent = ""
    moves_on = True
    understood = False  # the engine knows whether it was what was asked

    async def answer(self, turn: Turn) -> None:
        await engine.begin(turn, TASKS[self.intent])


one_for_each(TASKS, DoesTask)
