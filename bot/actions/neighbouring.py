"""What was taken for a neighbour of what her words tell, or only asks on."""

import re

from actions.asking_on import asked_on
from actions.moving import asks_what_to_change
from actions.neighbours import HAS_PAID, NEIGHBOURS
from actions.plain import plain
from actions.plan_talk import about_plans
from actions.same_number import wants_it_back
from actions.tasks.make_payment import EVERY_ONE, refuses_all
from actions.turn import NOT_UNDERSTOOD, Turn

# Who does it tomorrow, or at the shop, wants nothing done now.
PUTS_OFF = re.compile(
    r"^(?:ok |bueno |ya )?(?:gracias|thanks|thank you|obrigad[oa]|brigad[oa]|valeu)\b.*"
    r"\b(?:manana|amanha|tomorrow|luego)\b"
    r"|\b(?:will|ll|gonna|voy a|luego|despues|vou|depois|ahorita)\b.*"
    r"\b(?:tomorrow|tmrw|tmr|later|next week|(?:at|from) (?:the )?(?:shop|store)|manana|despues|en la tienda"
    r"|la otra semana|amanha|depois|na loja|semana que vem)\b"
)
_DAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes"
    r"|sabado|domingo|segunda|terca|quarta|quinta|sexta)"
)
_PAYS = r"(?:pago|pagare|pay|pagarei|vou pagar|voy a pagar|acerto)"
# "Ok el viernes pago lo otro".
PAYS_THAT_DAY = re.compile(
    rf"^(?:(?:ok|okay|bueno|ya|y|e|and|ta|beleza|then|entonces) )*(?:(?:on|el|este|this|na|no) )?{_DAY}"
    rf"(?: \w+){{0,2}} {_PAYS}\b|^(?:\w+ ){{0,4}}{_PAYS}\b(?: \w+){{0,3}} (?:on|el|este|this|na|no) {_DAY}\b"
)
PAYS = ("top_up", "make_payment")
# "UPI se bhar deta hu", "lo pago con oxxo": to be paid, not paid.
WILL_PAY = re.compile(
    r"\b(?:pay|paying|bhar(?:na|ta|ti|te|unga|ungi|enge|do|du|dunga|dungi"
    r"| d(?:eta|eti|unga|ungi|ena|o|u|un)\b)?"
    r"|chuka(?:na|ta|ti|unga)?|pag(?:o|ar|are|arei|arlo|arla|amos)|vou pagar)\b"
)
# What is not to be paid once.
EVERY_TIME = re.compile(
    r"\b(?:auto\w*|(?:todo|todos (?:los|os)|cada|every|each|har) (?:mes|meses|months?)|siempre|sempre|always"
    r"|domicili\w+|debito em conta|mensal\w*|monthly)\b"
)
FEW = 8  # words around an address or a SIM's number


HARDLY = 0.25  # of an intent that is hardly more than chance


def neighbour(turn: Turn) -> str:
    """The intent that her words tell; empty where there is none."""
    if turn.pressed_a_button:
        return ""
    if asked := asked_on(turn) or about_plans(turn) or _pays_what_is_owed(turn):
        return asked
    if _closes(turn):
        return "stop_flow"
    if turn.intent == "activate_sim" and wants_it_back(turn) and _has_reported(turn):
        return "report_lost_sim"
    said = plain(turn.text)
    puts_off = PUTS_OFF.search(said) or PAYS_THAT_DAY.search(said)
    if turn.intent in PAYS and "?" not in turn.text and puts_off:
        return "stop_flow"
    meant = _told(turn.intent, said)
    if turn.intent in NOT_UNDERSTOOD and asks_what_to_change(turn.text):
        meant = "update_contact"
    meant = meant or _by_what_it_holds(turn)
    hardly = turn.confidence < HARDLY and not HAS_PAID.search(said)  # nor asks what she owes
    return meant or (_told("nlu_fallback", said) if hardly else "")


def _told(taken_for: str, said: str) -> str:
    return next((each.intent for each in NEIGHBOURS if each.is_meant(taken_for, said)), "")


def _pays_what_is_owed(turn: Turn) -> str:
    """ "Then pay it all with the card you have", right after that was told."""
    may_be = turn.intent in ("set_up_autopay", *NOT_UNDERSTOOD) or turn.is_unsure
    owed = (turn.last or {}).get("task") == "check_balance" and not turn.memory("work")
    if not (owed and may_be and turn.entity("payment_method")) or "?" in turn.text:
        return ""
    said = plain(turn.text)
    pays_all = EVERY_ONE.search(said) and not (refuses_all(turn) or EVERY_TIME.search(said))
    return "make_payment" if pays_all else ""


def _closes(turn: Turn) -> bool:
    """ "Let me ask my husband, thanks", after something was told, is no wish to pay."""
    before = turn.last or turn.listed or turn.offered
    idle = bool(before) and not turn.memory("work")
    return idle and turn.is_unsure and turn.does("declines")


def _has_reported(turn: Turn) -> bool:
    """Whether a telephone is being reported lost, also where that was put aside."""
    reports = [turn.memory("work"), *(turn.memory("parked") or [])]
    return any(each and each["task"] == "report_lost_sim" for each in reports)


def _by_what_it_holds(turn: Turn) -> str:
    """An address, or the number of a SIM, with hardly a word around it."""
    if turn.memory("work") or len(turn.text.split()) > FEW:
        return ""
    if turn.entity("iccid"):
        return "activate_sim"
    if _names_how_she_pays(turn):
        return "make_payment"
    return "update_contact" if turn.entity("email") else ""


def _names_how_she_pays(turn: Turn) -> bool:
    """A way to pay beside a verb of paying, where what she wants is hardly anything else."""
    may_be = turn.intent == "make_payment" or turn.intent in NOT_UNDERSTOOD
    unsure = turn.is_unsure and may_be and "?" not in turn.text
    return unsure and bool(turn.entity("payment_method")) and WILL_PAY.search(plain(turn.text)) is not None
