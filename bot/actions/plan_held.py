"""Which of the plans she names are her own: those that she has, or leaves, are none that she wants."""

import re
from typing import Any

from actions.plain import plain
from actions.turn import Turn

# "I have unlimited", "estoy en el max".
HAS = re.compile(
    r"\b(?:i (?:have|got|use)|i ve(?: got)?|i ?m on|(?:we|he|she) (?:have|has|got)|tengo|traigo|tiene|tenemos"
    r"|tenho|tem|temos|uso|(?:estoy|estou|to) (?:en|no|na|con|com))(?: \w+){0,2}$"
)
# "Cortar a internet ilimitada dele", "drop the max".
LEAVES = re.compile(
    r"\b(?:cut|drop|remove|cancel|get rid of|take (?:away|off)|cort\w+|tir(?:ar?|em?|o)|quit\w+|sac(?:ar|a|o)"
    r"|saqu\w+|cancel\w+|baj\w+ del)(?: \w+){0,3}$"
)
# "From max to plus", "del max al de 20".
FROM = re.compile(r"\b(?:from|del|do|de)(?: (?:my|the|mi|meu|el|o|plan|plano))*$")
TO = re.compile(r"(?: (?:plan|plano))?(?: \d+ ?gb)? (?:to|al|a|ao|pro|pra|para|por|pelo)\b")


def held(turn: Turn) -> str | None:
    """The plan that she says she has; the last one."""
    found = [each for each in turn.wanted("plan_name") if _ends_in(HAS, turn, each)]
    return str(found[-1]["value"]) if found else None


def is_hers(turn: Turn, plan: dict[str, Any]) -> bool:
    """Whether she has the plan that she names there, or leaves it."""
    after = " " + plain(turn.text[plan.get("end") or len(turn.text) :])
    leaves = _ends_in(FROM, turn, plan) and TO.match(after) is not None
    return leaves or _ends_in(HAS, turn, plan) or _ends_in(LEAVES, turn, plan)


def _ends_in(said: re.Pattern[str], turn: Turn, plan: dict[str, Any]) -> bool:
    """Whether what stands before it in its sentence ends so."""
    before = re.split(r"[.,;!?\n]+", turn.text[: plan.get("start") or 0])[-1]
    return said.search(plain(before)) is not None
