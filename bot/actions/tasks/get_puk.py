"""The PUK of her SIM, and how it is entered."""

import re

from actions.app_client import Answer
from actions.plain import plain
from actions.tasks.question import Answers
from actions.tasks.task import Task
from actions.tasks.which_line import is_mobile, which_line
from actions.turn import Turn

NEW_PIN = re.compile(r"\b(?:new|nuevo|novo) pin\b|\bpin (?:nuevo|novo)\b")


class GetPuk(Task):
    """Told to her whom we know and to nobody else: the application asks for the proof."""

    intent = "get_puk"
    asked_on = {"asks_how": "utter_puk_then", "asks_risk": "utter_puk_wrong"}
    questions = (which_line(is_mobile, none="utter_no_active_line"),)

    async def begins(self, turn: Turn) -> bool:
        """Who has just read it and tells of a new PIN is not asking for it again."""
        if (turn.last or {}).get("task") != self.intent or not NEW_PIN.search(plain(turn.text)):
            return True
        turn.remember(last=turn.last)
        turn.say("utter_puk_then")
        return False

    async def tell(self, turn: Turn, answers: Answers) -> None:
        told: Answer = await turn.app.puk(answers["line_id"])
        turn.say("utter_puk", label=told["label"], puk=told["puk"], card=told["iccid_end"])
