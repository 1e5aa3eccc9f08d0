"""Which of the customer's lines is meant."""

import json
import re

from actions.app_client import Answer
from actions.turn import Turn

BUTTONS = 8
TOLD_BY = 4  # last digits that are enough to tell one line from another


def chosen(turn: Turn, lines: list[Answer], task: str) -> Answer | None:
    """The only line, the one pressed or named now, or the one chosen earlier for this task."""
    if len(lines) == 1:
        return lines[0]
    pressed = turn.entity("line_id")
    kept = turn.memory("line_id") if turn.memory("task") == task else None
    for line in lines:
        if line["id"] == pressed:
            return line
    return named(turn, lines) or next((line for line in lines if line["id"] == kept), None)


def named(turn: Turn, lines: list[Answer]) -> Answer | None:
    """The one line whose number ends in the digits of the message."""
    said = re.sub(r"\D", "", turn.entity("phone_number") or "") or turn.digits()
    if turn.pressed_a_button or len(said) < TOLD_BY:
        return None
    matching = [line for line in lines if _digits(line).endswith(said[-10:])]
    return matching[0] if len(matching) == 1 else None


def ask(turn: Turn, lines: list[Answer], task: str) -> None:
    turn.remember(awaiting="line", task=task, lines=lines)
    buttons = [
        {"title": line["label"], "payload": f"/{task}" + json.dumps({"line_id": line["id"]})}
        for line in lines[:BUTTONS]
    ]
    turn.say("utter_ask_line" if len(lines) <= BUTTONS else "utter_ask_line_of_many", buttons)


def names_the_line_asked_for(turn: Turn) -> bool:
    """Whether the customer answers "which line?" by writing its number."""
    return turn.memory("awaiting") == "line" and named(turn, turn.memory("lines") or []) is not None


def _digits(line: Answer) -> str:
    return re.sub(r"\D", "", line.get("msisdn") or line["label"])
