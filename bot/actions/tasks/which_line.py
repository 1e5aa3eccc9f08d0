"""Which of her lines a task is about."""

from collections.abc import Callable
from dataclasses import dataclass

from actions import session
from actions.app_client import Answer
from actions.plain import words
from actions.tasks.question import Answers, Option, Question
from actions.turn import Turn

# What people call a line by.
CALLED = {
    "mobile": "celular celu cel movil mobile telefono telefone phone chip sim senal sinal signal 4g 5g",
    "fibre": "fibra fibre fiber wifi router modem roteador broadband casa home hogar",
    "tv": "tv tele television televisao televisor canales canais channels decodificador",
}


@dataclass(frozen=True)
class WhichLine(Question):
    """By its number, or by what kind of line it is: "la fibra", "el de la casa"."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is None and not turn.pressed_a_button:
            named = [kind for kind, called in CALLED.items() if words(called) & words(turn.text)]
            said = named[0] if len(named) == 1 else None
        return said

    def tells_one(self, said: str) -> bool:
        """A number does; a kind may be a name for the line she has: "my phone"."""
        return any(map(str.isdigit, said))


def which_line(
    only: Callable[[Answer], bool] = lambda line: True,
    none: str = "utter_no_line",
    needed: Callable[[Answers], bool] = lambda answers: True,
) -> Question:
    """The question, for the lines that `only` lets pass; `none` is said when there is no such line."""

    async def lines(turn: Turn, _answers: Answers) -> list[Option]:
        owned = [line for line in await session.lines_of(turn) if only(line)]
        return [Option(line["id"], line["label"], _names(line)) for line in owned]

    return WhichLine(
        "line_id",
        "utter_ask_line",
        entity="phone_number",
        options=lines,
        none=none,
        takes_the_only_one=True,
        about="linea line linha numero number chip",
        needed=needed,
        unknown="utter_not_your_line",
    )


def is_active(line: Answer) -> bool:
    return bool(line.get("status") == "active")


def is_mobile(line: Answer) -> bool:
    return is_active(line) and line.get("service") == "mobile"


def _names(line: Answer) -> tuple[str, ...]:
    """Its number, its plan, its kind and what that is called."""
    kind = line.get("service") or ""
    plan = (line.get("plan") or {}).get("name") or ""
    return (line.get("msisdn") or "", *([plan] if plan else []), kind, *CALLED.get(kind, "").split())
