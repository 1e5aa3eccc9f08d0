"""Usage: what is left of data, minutes and messages."""

from actions import usage_report
from actions.action import CareAction
from actions.turn import Turn


class ActionCheckUsage(CareAction):
    def name(self) -> str:
        return "action_check_usage"

    async def answer(self, turn: Turn) -> None:
        await usage_report.tell(turn)
