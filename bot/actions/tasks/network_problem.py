"""No signal, slow internet, a router or a TV box: what we see, then steps one by one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from actions import handover, more_data
from actions.app_client import Answer
from actions.holding_back import NO
from actions.plain import plain, words
from actions.tasks.for_customers import ForCustomers
from actions.tasks.question import Answers, Option, Question
from actions.tasks.titled import titled
from actions.tasks.which_line import which_line
from actions.titles import TITLES
from actions.turn import Turn

STEPS = 3
LONGEST_OUTCOME = 15  # words; whoever writes more tells something else besides
SLOW = words(
    "lento lenta lentisimo despacio internet datos navegar carga cargan wifi 4g 5g lte whatsapp"
    " slow slowly data browsing loading load buffering dados carrega devagar lentidao"
)
SIGNAL = words("senal signal sinal cobertura coverage barras bars servicio service rede red antena cae")
CALLS = words("llamadas llamar llamada calls call calling ligar ligacoes ligacao chamadas chamada")
SAME = words(
    "no nao not sigue siguen igual nada still same continua tampoco mesma mesmo ainda nothing nope didn"
    " sem sin nenhum nenhuma ningun ninguna without none"
)
WORKS = words(
    "works worked working fixed solved funciona funciono funcionou ya ja quedo resolveu resolvio back"
    " volvio voltou foi pegou conectou conecto agarro resolvido resuelto"
)
ALREADY = words("ya ja")
PLAINLY = words("yes yeah yep si sip sim isso haan did")  # "ok, do it" is about something else
# What she has done before it was said did not help.
DONE_BEFORE = re.compile(
    r"\b(?:already|ya|ja|i(?: have| ve)?) (?:(?:lo|la|o|a) )?"
    r"(?:restart|reboot|tri|did|done|unplug|switch|reinici|hic|fiz|prob|tent|deslig|apag|desconect|tire)\w*"
    r"|\b(?:restart|reboot|reinici|tried|deslig|apag)\w*\b.*\b(?:already|ya|ja)\b"
    r"|\bdone (?:that |it |this )?already\b|\b(?:as|like) i (?:\w+ )?(?:wrote|said|told|mentioned)\b"
    r"|\b(?:ya|ja) (?:se (?:hizo|intento|probo)|esta hech[oa]|(?:foi|esta) feit[oa])"
    r"|\bcom[oe] (?:(?:ya|ja|le|te|les|lhe|eu) )*(?:dije|escribi|falei|disse|escrevi)\b"
)
# What she did of the steps before they were asked for.
_AGAIN = r"(?! (?:by )?(?:itself|sol[oa]|sozinh[oa]))"
RESTARTED = re.compile(
    r"\b(?:re(?:started|booted|seted|set)|power cycled|unplugged|restart\w* (?:kiya|kar\w*)"
    r"|(?:turned|switched) (?:\w+ ){0,3}off"
    r"|reinicie|reiniciei|reiniciamos|reinicio hecho|desenchufe|desconecte"
    r"|desconectei|desliguei|apague|resete(?:e|ei)?|tirei da tomada)\b" + _AGAIN
)
LOS_SEEN = re.compile(
    r"\blos\b(?: \w+){0,4} (?:off|green|red|out|apagad[oa]|verde|roj[oa]|desligad[oa]|vermelh[oa])\b"
    r"|\b(?:cable|fiber|fibre|patch cord|cabo)(?: \w+){0,2}"
    r" (?:exchanged|changed|checked|replaced|revisad[oa]|cambiad[oa]|trocad[oa])\b"
)
BY_CABLE = re.compile(
    r"\b(?:with|by|via|using|over|on|con|por|com|no|pel[oa]) (?:(?:a|the|el|un|um|o) )?"
    r"(?:lan|ethernet|cable|cabo|wired|red)(?: (?:cable|de red|de rede))?\b"
)
AIRPLANE = re.compile(
    r"\b(?:tried|used|did|put|puse|prob\w+|hice|coloquei|testei|fiz)\b.{0,20}\b(?:airplane|flight|avion|aviao)\b"
)
SIM_OUT = re.compile(
    r"\b(?:took|taken|saque|tirei|cleaned|limpie|limpei|swapped|reinserted)\b.{0,15}\b(?:sim|chip|card|tarjeta)\b"
)
TRIED = {
    "fibre_1": RESTARTED, "fibre_2": LOS_SEEN, "fibre_3": BY_CABLE, "signal_1": AIRPLANE, "signal_3": SIM_OUT,
    "tv_1": re.compile(rf"(?=.*\b(?:box|deco\w*|receptor)\b).*{RESTARTED.pattern}"),
    "tv_3": re.compile(rf"(?=.*\b(?:router|modem|roteador)\b).*{RESTARTED.pattern}"),
}  # fmt: skip
# Somebody is to come, or a number of the case is wanted.
WANTS_A_CASE = re.compile(
    r"\b(?:tickets?|ref|reference|complaint|case|technicians?|engineer|reporte|folio|queja|tecnicos?|chamado|protocolo"
    r"|visita|visit|(?:que )?alg(?:uien|uem) (?:l[oa] |me |vem |venha )?(?:revis\w+|vea|olh\w+|ver|cheque)"
    r"|some(?:one|body) (?:to |should |must |please )?(?:come|check|look))\b"
)
BEFORE_IT = 5  # words, in which a no is one to somebody coming; "the ref no" has it behind
ASKS_WHEN = re.compile(
    r"\b(?:previs\w+|eta|a que (?:hora|horas)|que horas|when (?:will|is|does) (?:it|this)"
    r"|cuando (?:vuelve|regresa|queda|se arregla)|quando volta|how long (?:will|till|until))\b"
)
CASE = "case"
# What we see that no step of hers would change.
MORE_DATA_HELPS = ("throttled", "used_up")
ENDS = {"outage", "pending", "blocked", *MORE_DATA_HELPS}


# What data that is used up explains as well, or better.
WELL_ENOUGH = ("fine", "slow", "weak_signal", "unknown")


async def findings(turn: Turn, answers: Answers) -> list[Option]:
    """Never asked: the application sees it, and it is told at once. Data that is used up hinders no calls."""
    told = await turn.app.network(answers["line_id"])
    misses_no_data = (SIGNAL | CALLS) & words(turn.text) and not SLOW & words(turn.text)
    if told["used_up"] and told["finding"] in WELL_ENOUGH and not misses_no_data:
        told = {**told, "finding": "used_up"}
    _say(turn, told)
    return [Option(f"{told['service']}.{told['finding']}", "")]


async def troubles(turn: Turn, answers: Answers) -> list[Option]:
    """By the service; on a telephone by her words, else she chooses."""
    service = _service(answers)
    if service != "mobile":
        return [Option(service, "")]
    all_of_them = {
        "signal": Option("signal", titled("no_signal", turn), tuple(SIGNAL)),
        "slow": Option("slow", titled("slow_data", turn), tuple(SLOW)),
        "calls": Option("calls", titled("no_calls", turn), tuple(CALLS)),
    }
    said = words(turn.text)
    meant = [
        name for name, telling in (("signal", SIGNAL), ("slow", SLOW), ("calls", CALLS)) if said & telling
    ]
    return [all_of_them[meant[0]]] if len(meant) == 1 else list(all_of_them.values())


async def outcomes(turn: Turn, _answers: Answers) -> list[Option]:
    """Her words before her intent: "sigue igual" is easily taken for a yes."""
    return [
        Option("works", titled("solved", turn), ("ya", "works", "listo", "resuelto", "resolveu", "fixed")),
        Option("same", titled("not_solved", turn), tuple(SAME)),
    ]


def outcome(turn: Turn) -> str | None:
    """For `hear`: a yes, a no, or thanks because it worked. "Ya lo hice y nada" is a no."""
    told = plain(turn.text)
    done_before = DONE_BEFORE.search(told) and "?" not in turn.text
    if len(told.split()) > LONGEST_OUTCOME:
        asks_for_it = turn.intent == "ticket_status" and WANTS_A_CASE.search(told)
        return CASE if asks_for_it else "same" if done_before else None
    said = words(DONE_BEFORE.sub(" ", told))
    if (wants := WANTS_A_CASE.search(told)) and not NO & set(told[: wants.start()].split()[-BEFORE_IT:]):
        return CASE
    if done_before and (SAME & said or not (WORKS - ALREADY) & said):
        return "same"
    works = (WORKS if turn.intent == "thank" else WORKS - ALREADY) & said
    if bool(works) != bool(SAME & said) and "?" not in turn.text:
        return "works" if works else "same"
    agrees = turn.intent == "affirm" and PLAINLY & said
    return "works" if agrees else "same" if turn.intent == "deny" else None


def _asks(trouble: str, step: int) -> Callable[[Answers], bool]:
    """Each step follows one that did not help."""

    def needed(answers: Answers) -> bool:
        tried = [answers.get(f"{trouble}_{each}") for each in range(1, step)]
        return answers.get("trouble") == trouble and tried == ["same"] * (step - 1)

    return needed


@dataclass(frozen=True)
class Step(Question):
    """One that she says she has done, without being asked, is left out: it did not help."""

    def mentioned(self, turn: Turn) -> str | None:
        under_way = turn.memory("work") or {}
        if turn.pressed_a_button or under_way.get("asking") == self.slot:
            return super().mentioned(turn)
        did = self.slot in TRIED and _has_done(TRIED[self.slot], turn.text)
        return "same" if did else super().mentioned(turn)


def _has_done(deed: re.Pattern[str], text: str) -> bool:
    """In a sentence that is no question, with no "not" before it."""
    for sentence in re.split(r"(?<=[.!?\n])\s*", text):
        found = deed.search(plain(sentence))
        before = plain(sentence)[: found.start()].split()[-BEFORE_IT:] if found else []
        if found and not sentence.endswith("?") and not (NO | {"haven", "didn"}) & set(before):
            return True
    return False


def _steps(trouble: str) -> list[Question]:
    return [
        Step(
            f"{trouble}_{step}",
            f"utter_step_{trouble}_{step}",
            options=outcomes,
            hear=outcome,
            needed=_asks(trouble, step),
            replies={"solved": "works", "unsolved": "same"},
        )
        for step in range(1, STEPS + 1)
    ]


TROUBLES = ("signal", "slow", "calls", "fibre", "tv")


class NetworkProblem(ForCustomers):
    intent = "network_problem"
    akin = ("request_refund", "ticket_status")
    told_of_others = False  # each line has steps of its own
    leads_to = {"asks_when": "network_problem"}
    questions = (
        which_line(),
        Question("finding", "utter_ask_line", options=findings, takes_the_only_one=True),
        Question(
            "trouble",
            "utter_ask_trouble",
            options=troubles,
            takes_the_only_one=True,
            needed=lambda answers: _finding(answers) not in ENDS,
        ),
        *(question for trouble in TROUBLES for question in _steps(trouble)),
    )

    def aside(self, turn: Turn) -> str:
        """Where a fault is known nothing is asked any more."""
        asks = not turn.pressed_a_button and ASKS_WHEN.search(plain(turn.text))
        return "utter_no_eta" if asks else super().aside(turn)

    def says_of(self, asked: str, answers: Answers) -> str:
        is_known = _finding(answers) == "outage" and asked in ("asks_how", "asks_risk", "asks_done")
        return "utter_fault_no_visit" if is_known else ""

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """The steps are over: solved, or a case for a person with what was tried."""
        if "trouble" not in answers:
            if _finding(answers) in MORE_DATA_HELPS:
                more_data.offered(turn)
            return  # what we saw has been told
        tried = [slot for slot in answers if slot.startswith(f"{answers['trouble']}_")]
        if any(answers[slot] == "works" for slot in tried):
            turn.say("utter_network_solved")
        else:
            turn.remember(tried=[*(turn.memory("tried") or []), *tried])
            await handover.hand_over(turn, "asked", "utter_handover_network")


def _say(turn: Turn, told: Answer) -> None:
    """What we see, and the button that ends it where there is one."""
    words = {
        "label": told["label"],
        "area": told["area"],
        "end": told["expected_end_text"] or "",
        "reason": told["reason_text"] or "",
    }
    if told["notice"]:
        turn.say("utter_network_notice", notice=told["notice"])
        return
    response = SAID.get(told["finding"], "utter_network_unknown")
    if told["finding"] == "outage" and words["end"]:
        response = "utter_network_outage_until"
    if told["finding"] == "blocked" and told["reason"] not in BLOCKED:
        handover.offer(turn, response, **words)
        return
    response, helps = BLOCKED.get(told["reason"] or "", (response, ""))
    if told["finding"] in MORE_DATA_HELPS:
        response, helps = SAID[told["finding"]], "buy_addon"
    buttons = [{"title": TITLES[helps][turn.language], "payload": f"/{helps}"}] if helps else []
    turn.say(response, buttons, **words)


SAID = {
    "outage": "utter_network_outage",
    "pending": "utter_network_pending",
    "blocked": "utter_network_blocked",
    "throttled": "utter_network_throttled",
    "used_up": "utter_network_used_up",
    "not_registered": "utter_network_not_registered",
    "weak_signal": "utter_network_weak_signal",
    "slow": "utter_network_slow",
    "fine": "utter_network_fine",
}
# By the reason of a block: what is said, and the intent that lifts it.
BLOCKED = {
    "dunning": ("utter_network_blocked_dues", "make_payment"),
    "plan_expired": ("utter_network_blocked_credit", "top_up"),
    "lost": ("utter_network_blocked_missing", "report_lost_sim"),
    "stolen": ("utter_network_blocked_missing", "report_lost_sim"),
}


def _service(answers: Answers) -> str:
    return str(answers["finding"]).partition(".")[0]


def _finding(answers: Answers) -> str:
    return str(answers.get("finding", "")).partition(".")[2]
