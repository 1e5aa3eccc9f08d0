"""What her words say plainly, where the model takes them for something else or is sure of nothing."""

import re

from actions.amounts import folded
from actions.plain import plain
from actions.tasks.change_plan import CHEAPEST
from actions.tasks.port_number import GOES
from actions.turn import Turn

UNSURE = 0.5
# "Call me back", in plain letters.
CALL_ME = re.compile(
    r"\b(?:(?:call|phone|ring) me|call ?back|llam(?:a|e|en|ar)(?:me|nos)|me llam(?:a|e|an|en)"
    r"|marc(?:a|ar|en)me|me lig(?:a|am|ue|uem|ar))\b"
)
# "Nobody can call me" asks for no call.
HER_CALLS = re.compile(
    r"\b(?:nobody|no ?one|whoever|when\w*|nadie|cuando|quien|siempre|ningu\w+|quando|quem|sempre|can t|cannot"
    r"|no (?:me )?p[uo]ed\w+|nao (?:me )?\w*(?:conseg|pod)\w* (?:me )?lig\w+)\b"
)
MOVES = re.compile(
    r"\b(?:mv|move|put|switch|shift|change|chng|take|get me|ponme|pon\w*me|pas\w+me|cambi\w+me|baj\w+me"
    r"|muda|mude|bota|coloca|troca|passa)\b"
)
LEAVES = re.compile(
    r"\b(?:going|moving|switching|shifting|joining|changing|off|voy|vamos|largo|paso|cambio|mudo"
    r"|vou|indo|mudando|passo|troco)\b"
)
NOT_TO_PAY = re.compile(
    r"\b(?:(?:pa|para|pra) (?:ya )?(?:no|nao|n) (?:tener que |ter que )?pagar\w*"
    r"|(?:dej\w+|par\w+|deix\w+) de pagar"
    r"|(?:stop|avoid|get out of) paying|not (?:have to )?pay)\b"
)
PAYS = re.compile(r"\b(?:pag\w+|pay\w*|paid|quit\w+|adeud\w+|deb\w+|dev\w+|owe\w*)\b")


def wants_a_call(turn: Turn) -> bool:
    said = plain(turn.text)
    return CALL_ME.search(said) is not None and not HER_CALLS.search(said)


def _wants_to_pay_no_more(said: str) -> bool:
    """Who pays now, "para no pagar recargos", wants to pay."""
    rest, found = NOT_TO_PAY.subn(" ", said)
    return found > 0 and not PAYS.search(rest)


def meant(turn: Turn) -> str:
    """The intent; empty where the model is believed. In the middle of a task only a call is heard so."""
    unsure, said = turn.confidence < UNSURE, plain(turn.text)
    if turn.pressed_a_button:
        return ""
    if unsure and wants_a_call(turn):
        return "talk_to_agent"
    if turn.memory("work"):
        return ""
    if turn.intent == "list_plans" and MOVES.search(said) and CHEAPEST.search(said):
        return "change_plan"
    if turn.intent == "make_payment" and _wants_to_pay_no_more(said):
        return "cancel_service"
    goes = unsure and LEAVES.search(said) and GOES.search(folded(turn.text))
    return "port_number" if goes else ""
