"""How a case of hers is going."""

import re

from actions.app_client import Answer
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.turn import Turn

DONE = ("resolved", "closed")


async def cases(turn: Turn, _answers: Answers) -> list[Option]:
    """The open ones, else the latest; any of them when she tells its number."""
    told = (await turn.app.tickets())["tickets"]
    named = [each for each in told if each["reference"] == _number(turn)]
    waiting = [each for each in told if each["status"] not in DONE]
    shown = named or waiting or told[:1]
    # The latest stands last: "el último" is that one, on the list and in her mind.
    return [Option(each["reference"], f"{each['reference']} · {each['subject']}") for each in reversed(shown)]


class TicketStatus(Task):
    intent = "ticket_status"
    asked_on = {"asks_how": "utter_case_how"}
    told_again = ("asks_when", "asks_done", "asks_why")
    questions = (
        Question(
            "ticket_number",
            "utter_ask_ticket",
            entity="ticket_number",
            options=cases,
            none="utter_no_tickets",
            takes_the_only_one=True,
            about="caso ticket case chamado reclamo",
        ),
    )

    async def tell(self, turn: Turn, answers: Answers) -> None:
        told = (await turn.app.tickets())["tickets"]
        case = next(each for each in told if each["reference"] == answers["ticket_number"])
        asked = _number(turn)
        if asked and asked != case["reference"]:
            turn.say("utter_ticket_unknown", reference=asked)
        _say(turn, case)


def _say(turn: Turn, case: Answer) -> None:
    words = {
        "reference": case["reference"],
        "subject": case["subject"],
        "status": case["status_text"],
        "next": case["next_text"],
    }
    turn.say("utter_ticket", **words)
    if case["answer"]:
        turn.say("utter_ticket_answer", answer=case["answer"])


def _number(turn: Turn) -> str:
    return re.sub(r"\s", "", turn.entity("ticket_number") or "").upper()
