"""What her words say plainly, where the model takes them for something else or is sure of nothing."""

import re

from actions.abroad import travels
from actions.amounts import folded
from actions.asking_on import asked_on
from actions.cheapest import CHEAPEST
from actions.holding_back import refuses
from actions.neighbouring import neighbour
from actions.neighbours import PAYS_ONCE
from actions.plain import CLAUSES, plain
from actions.plan_talk import about_plans
from actions.tasks import agreeing
from actions.tasks.change_plan import POSTPAID
from actions.tasks.hearing import CLEAR
from actions.tasks.port_number import GOES
from actions.tasks.set_up_autopay import limit_in
from actions.turn import NOT_UNDERSTOOD, Turn

# "Call me back", in plain letters.
CALL_ME = re.compile(
    r"\b(?:(?:call|phone|ring) me"
    r"|(?:^|can|could|please|pls|plz|want|need|get|request|arrange|an?|you|someone|somebody) (?:to )?"
    r"call ?back"
    r"|llam(?:a|e|en|ar)(?:me|nos)|me llam(?:a|e|an|en)"
    r"|marc(?:a|ar)me|mar(?:c|qu?)enme|hablenme|me marquen?|me lig(?:a|am|ue|uem|ar)"
    r"|lig(?:a|ue|uem|ar) (?:de volta )?(?:pra|para) mim|me van a (?:llamar|marcar)"
    r"|(?:will|can|could) (?:you|u|someone|somebody|anyone|anybody) (?:really |still )?(?:call|phone|ring)"
    r"|me (?:p[uo]ed\w+|podr\w+|quier\w+) (?:llamar|marcar)|(?:nos|me) (?:llamen|marquen|hablen))\b"
)
# "Nobody can call me" asks for no call.
HER_CALLS = re.compile(
    r"\b(?:nobody|no ?one|whoever|when\w*|nadie|cuando|quien|siempre|ningu\w+|quando|quem|sempre"
    r"|(?:can t|cannot) (?:\w+ )?(?:call|phone|ring|reach)|no (?:me )?p[uo]ed\w+ (?:\w+ )?(?:llam|marc)\w+"
    r"|(?<!voces )(?<!vcs )nao (?:me )?\w*(?:conseg|pod)\w* (?:me )?lig\w+"
    r"|(?!you|u|someone|somebody)\w+ (?:has|have|needs?|tiene|tienen|tem|precisa) (?:to|que) (?:me )?"
    r"(?:call|phone|ring|llamar|marcar|ligar))\b"
)
MOVES = re.compile(
    r"\b(?:mv|move|put|switch|shift|change|chng|take|get me|ponme|pon\w*me|pas\w+me|cambi\w+me|baj\w+me"
    r"|muda|mude|bota|coloca|troca|passa)\b"
)
LEAVES = re.compile(
    r"\b(?:me boy|going|moving|switching|shifting|joining|changing|off|voy|vamos|largo|paso|cambio|mudo"
    r"|vou|indo|mudando|passo|troco)\b"
)
NOT_TO_PAY = re.compile(
    r"\b(?:(?:pa|para|pra) (?:ya )?(?:no|nao|n) (?:tener que |ter que )?pagar\w*"
    r"|(?:dej\w+|par\w+|deix\w+) de pagar"
    r"|(?:stop|avoid|get out of) paying|not (?:have to )?pay)\b"
)
# "But don't cancel my line", while something else is ended.
KEEPS_THE_LINE = re.compile(
    r"\b(?:no|nao|not|don t|dont|n) (?:me )?(?:cancel\w*|cort\w+|quit\w+|encerr\w+|end|close)"
    r" (?:(?:la|a|my|the|mi|minha|o|el) )?(?:linea|linha|line|numero|number|servico|servicio|service)\b"
)
PAYS = re.compile(r"\b(?:pag\w+|pay\w*|paid|quit\w+|adeud\w+|deb\w+|dev\w+|owe\w*)\b")


# Whom she asks first is nobody of ours.
ASKS_HER_OWN = re.compile(
    r"\b(?:talk|speak|ask|check|discuss|habl\w+|consult\w+|platic\w+|pregunt\w+|falar|conversar?|converso|ver)"
    r"(?: it| this| that| lo| isso)? (?:(?:with|to|con|com|a) )?"
    r"(?:(?:him|her|ella|ela|ele)(?: (?:first|before|primero|antes|primeiro)|$)"
    r"|(?:my|mi|minha|meu) (?!line|phone|bill|linea|telefono|factura|linha|fatura|conta|celular)\w+)\b"
)


# "Don't send me a link": she pays nothing now.
NO_LINK = re.compile(
    r"\b(?:don t|dont|do not|no|nao|n) (?:(?:me|nos|lo|la|m) )*"
    r"(?:send|mand\w+|envi\w+|quiero pagar|quero pagar)\b"
    r"(?! (?:a |to |para )?(?:nada|ninguem|anyone))"
)


def wants_a_call(turn: Turn) -> bool:
    return any(
        CALL_ME.search(said) and not HER_CALLS.search(said) for said in map(plain, CLAUSES.split(turn.text))
    )


def _wants_to_pay_no_more(said: str) -> bool:
    """Who pays now, "para no pagar recargos", wants to pay."""
    rest, found = NOT_TO_PAY.subn(" ", said)
    return found > 0 and not PAYS.search(rest)


def _wants_another_plan(intent: str, said: str) -> bool:
    """ "Move me to the cheapest"; "tired of topping up, I want a bill at the end of the month"."""
    if intent == "list_plans":
        return MOVES.search(said) is not None and CHEAPEST.search(said) is not None
    return intent == "top_up" and POSTPAID.search(said) is not None


def _not_wanted(intent: str, said: str) -> str:
    """What it is instead, where she says that she does not want just that."""
    if intent == "talk_to_agent" and ASKS_HER_OWN.search(said):
        return "stop_flow"
    if intent == "make_payment" and NO_LINK.search(said):
        return "nlu_fallback"
    return "nlu_fallback" if intent == "cancel_service" and KEEPS_THE_LINE.search(said) else ""


def _takes_the_person(turn: Turn) -> bool:
    """ "Sí porfa, yo no voy a pagar doble", when one was offered."""
    first, *rest = CLAUSES.split(turn.said.strip())
    if turn.offered.get("of") != "person" or not agreeing.says_only_yes(first) or "?" in turn.text:
        return False
    pays = turn.intent == "make_payment" and not any(
        refuses(each) or PAYS_ONCE.search(plain(each)) for each in rest
    )
    return turn.confidence < CLEAR and not pays


FIND_IT = re.compile(
    r"\b(?:find|trace|locate|look for|busqu\w+|encuentr\w+|rastre\w+|localic\w+|procur\w+|achem?|encontr\w+"
    r"|localiz\w+)(?: \w+){0,2} (?:money|payment|dinero|lana|pago|dinheiro|grana|pagamento)\b"
)


def _wants_it_found(turn: Turn) -> bool:
    """ "No, I won't pay a second time, first find that money", where a person may look for it."""
    of_it = turn.offered.get("of") == "person" and turn.offered.get("matter") == "payment_failed"
    said = plain(turn.text)
    return of_it and bool(PAYS_ONCE.search(said) or FIND_IT.search(said))


def _of_what_was_offered(turn: Turn) -> str:
    if _takes_the_person(turn) or _wants_it_found(turn):
        return "affirm"
    return "set_up_autopay" if _limits_autopay(turn) else ""


AUTO = re.compile(r"\bauto\w*")


def _limits_autopay(turn: Turn) -> bool:
    """ "The auto thing, 1500 max": a limit, and no plan of that name."""
    work, parked = turn.memory("work") or {}, turn.memory("parked") or [{}]
    offered = parked[-1] if turn.offered.get("of") == "parked" else turn.last or {}
    under_way = work.get("task") or offered.get("task")
    of_autopay = under_way == "set_up_autopay" or (not work and AUTO.search(plain(turn.text)))
    other = turn.intent in ("change_plan", "list_plans", "buy_addon", "top_up", *NOT_UNDERSTOOD)
    unsure = not work and turn.intent == "set_up_autopay" and turn.is_unsure
    return bool(of_autopay and (other or unsure) and limit_in(turn.text))


def meant(turn: Turn) -> str:
    """The intent; empty where the model is believed. In the middle of a task only a call is heard so,
    and the price of a plan."""
    said = plain(turn.text)
    if turn.pressed_a_button:
        return ""
    if sure := _not_wanted(turn.intent, said) or _of_what_was_offered(turn):
        return sure
    wants_one = turn.is_unsure and wants_a_call(turn)
    if wants_one or turn.memory("work"):
        return "talk_to_agent" if wants_one else about_plans(turn)
    if _wants_another_plan(turn.intent, said) and not (asked_on(turn) or travels(turn)):
        return "change_plan"
    if turn.intent == "make_payment" and _wants_to_pay_no_more(said):
        return "cancel_service"
    goes = turn.is_unsure and LEAVES.search(said) and GOES.search(folded(turn.text))
    return "port_number" if goes else neighbour(turn)
