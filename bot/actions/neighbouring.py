"""What was taken for a neighbour of what her words tell, or only asks on."""

import re

from actions.asking_on import asked_on
from actions.neighbours import NEIGHBOURS
from actions.plain import plain
from actions.plan_talk import about_plans
from actions.turn import Turn

# Who does it tomorrow, or at the shop, wants nothing done now.
PUTS_OFF = re.compile(
    r"^(?:ok |bueno |ya )?(?:gracias|thanks|thank you|obrigad[oa]|brigad[oa]|valeu)\b.*"
    r"\b(?:manana|amanha|tomorrow|luego)\b"
    r"|\b(?:will|ll|gonna|voy a|luego|despues|vou|depois|ahorita)\b.*"
    r"\b(?:tomorrow|tmrw|tmr|later|next week|(?:at|from) (?:the )?(?:shop|store)|manana|despues|en la tienda"
    r"|la otra semana|amanha|depois|na loja|semana que vem)\b"
)
PAYS = ("top_up", "make_payment")
FEW = 8  # words around an address or a SIM's number


def neighbour(turn: Turn) -> str:
    """The intent that her words tell; empty where there is none."""
    if turn.pressed_a_button:
        return ""
    if asked := asked_on(turn) or about_plans(turn):
        return asked
    if _closes(turn):
        return "stop_flow"
    said = plain(turn.text)
    if turn.intent in PAYS and "?" not in turn.text and PUTS_OFF.search(said):
        return "stop_flow"
    meant = next((each.intent for each in NEIGHBOURS if each.is_meant(turn.intent, said)), "")
    return meant or _by_what_it_holds(turn)


def _closes(turn: Turn) -> bool:
    """ "Let me ask my husband, thanks", after something was told, is no wish to pay."""
    before = turn.last or turn.listed or turn.offered
    idle = bool(before) and not turn.memory("work")
    return idle and turn.is_unsure and turn.does("declines")


def _by_what_it_holds(turn: Turn) -> str:
    """An address, or the number of a SIM, with hardly a word around it."""
    if turn.memory("work") or len(turn.text.split()) > FEW:
        return ""
    if turn.entity("iccid"):
        return "activate_sim"
    return "update_contact" if turn.entity("email") else ""
