"""What is left of a line's data, minutes and messages."""

from actions import usage_report
from actions.tasks.question import Answers
from actions.tasks.task import Task
from actions.tasks.which_line import which_line
from actions.turn import Turn


class CheckUsage(Task):
    intent = "check_usage"
    questions = (which_line(),)

    async def tell(self, turn: Turn, answers: Answers) -> None:
        await usage_report.tell(turn, answers["line_id"])
