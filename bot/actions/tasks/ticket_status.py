"""How a case of hers is going."""

import re

from actions.app_client import Answer
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.titles import NO, YES
from actions.turn import Turn

DONE = ("resolved", "closed")
NONE_YET = {
    "en": "There is no case for this yet. Shall I open one? You get its number, and a colleague looks at it.",
    "es": "Todavía no hay un caso para esto. ¿Abro uno? Recibes su número y un colega lo revisa.",
    "pt": "Ainda não há um caso para isso. Abro um? Você recebe o número e um colega verifica.",
}


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

    async def begins(self, turn: Turn) -> bool:
        """Who asks for the case of a fault that was just told, and has none yet, may have one."""
        if (turn.last or {}).get("task") != "network_problem" or turn.pressed_a_button:
            return True
        if any(each["status"] not in DONE for each in (await turn.app.tickets())["tickets"]):
            return True
        turn.remember(
            offer={"of": "person", "matter": "network_problem", "reason": "asked", "found": {}},
            last=turn.last,
        )
        buttons = [
            {"title": title[turn.language], "payload": payload}
            for title, payload in ((YES, "/affirm"), (NO, "/deny"))
        ]
        turn.say("utter_told", buttons, sentence=NONE_YET[turn.language])
        return False

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
