"""Tasks that are about her own lines, and have an article for everybody else."""

from actions import session
from actions.articles import look_up
from actions.tasks.task import Task
from actions.turn import Turn


class ForCustomers(Task):
    async def begins(self, turn: Turn) -> bool:
        if (await session.context_of(turn)).get("verified"):
            return True
        await look_up(turn)
        return False
