"""Which of the plans she names are her own: those that she has, or leaves, are none that she wants."""

import re
from typing import Any

from actions.plain import CLAUSES, plain
from actions.turn import Turn

# "I have unlimited", "estoy en el max", "my max"; "can I have unlimited" is a wish.
HAS = re.compile(
    r"\b(?:(?:(?<!can )(?<!could )(?<!may )i (?:have|got)|i ve(?: got)?|i ?m on|(?:he|she) has"
    r"|tengo|traigo|tenho|(?:el|ella|ele|ela) (?:tiene|tem)"
    r"|(?:estoy|estou|to) (?:en|no|na|con|com))(?: \w+){0,2}"
    r"|my(?: current)?|(?:mi|meu|minha)(?: plano?)?)$"
)
# "Cortar a internet ilimitada dele", "drop the max".
LEAVES = re.compile(
    r"\b(?:cut|drop|remove|cancel|get rid of|take (?:away|off)|from|cort\w+|tir(?:ar?|em?|o)|quit\w+"
    r"|sac(?:ar|a|o)|saqu\w+|cancel\w+|baj\w+ del|salir(?:me)? del?|sair d[oa])"
    r"(?: (?!(?:and|y|e|to|put|get|give|want|pon\w*|poe|dame|quiero|quero|bota|coloca)\b)\w+){0,3}$"
)


def held(turn: Turn) -> str | None:
    """The plan that she says she has; the last one."""
    found = [each for each in turn.wanted("plan_name") if _follows(HAS, turn, each)]
    return str(found[-1]["value"]) if found else None


def is_hers(turn: Turn, plan: dict[str, Any]) -> bool:
    """Whether she has the plan that she names there, or leaves it."""
    return any(_follows(said, turn, plan) for said in (HAS, LEAVES))


def _follows(said: re.Pattern[str], turn: Turn, plan: dict[str, Any]) -> bool:
    """Whether it comes right after that, in its sentence."""
    before = CLAUSES.split(turn.text[: plan.get("start") or 0])[-1]
    return said.search(plain(before)) is not None
