"""What is left of a line's data, minutes and messages."""

import re

from actions import usage_report
from actions.plain import plain
from actions.tasks.question import Answers
from actions.tasks.task import Task
from actions.tasks.which_line import which_line
from actions.turn import Turn

RESETS = re.compile(
    r"\b(?:when|what (?:day|date)|cuando|que dia|quando|qnd|q dia|en cuanto)\b.*"
    r"\b(?:reset\w*|renew\w*|refresh\w*|refill\w*|expir\w+|ends?|new cycle|comes? back"
    r"|renov\w+|renuev\w+|reinici\w+"
    r"|recarg\w+ (?:sola?|sozinh\w)|vira\w*|zera\w*|vence\w*|acaba\w*|termin\w+|vuelv\w+|volt\w+|regres\w+)\b"
)
LONGEST = 12  # words
CERTAIN = 0.8  # of a matter of its own


class CheckUsage(Task):
    intent = "check_usage"
    questions = (which_line(),)

    async def tell(self, turn: Turn, answers: Answers) -> None:
        await usage_report.tell(turn, answers["line_id"])

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        """When the period ends whose allowance was told."""
        asks = asks_when_it_ends(turn)
        if turn.pressed_a_button or not answers.get("line_id") or not asks or _is_of_another(turn):
            return False
        return await usage_report.tell_when_it_ends(turn, answers["line_id"])


def asks_when_it_ends(turn: Turn) -> bool:
    said = plain(turn.text)
    return len(said.split()) <= LONGEST and (RESETS.search(said) is not None or turn.does("asks_when"))


def _is_of_another(turn: Turn) -> bool:
    """A bill is due, a plan begins."""
    return turn.intent not in ("check_usage", "top_up") and turn.confidence >= CERTAIN
