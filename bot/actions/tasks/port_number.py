"""A number that comes to us, or leaves us."""

import re
from decimal import Decimal

from actions import handover, session
from actions.amounts import folded
from actions.app_client import Answer
from actions.holding_back import UNREFUSED
from actions.plain import CLAUSES, plain, words
from actions.same_number import asks_for_the_same
from actions.tasks import agreeing
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.titled import titled
from actions.tasks.which_line import is_mobile, which_line
from actions.turn import Turn

INTO = words(
    "traer traigo traerme pasarme cambiarme ustedes uds vcs aqui aurora bring here join trazer vir voces"
    " entrar venir mudarme switching"
)
OUT = words(
    "llevarme llevar llevo irme salir dejar dejarlos otra otro leave leaving away levar sair deixar outra"
    " levo outro nip codigo code pac"
)
OTHERS = (
    r"(?:jio|airtel|vi|vodafone|bsnl|o2|ee|three|mtn|telcel|movistar|at ?& ?t|bait|unefon|virgin|tigo|wom"
    r"|entel|claro|personal|tuenti|orange|yoigo|digi|vivo|tim|oi|algar|meo"
    r"|(?:(?:la|the|a|o|el|outra|otra|outro|otro|other|another) )+"
    r"(?:compania|competencia|operador\w*|company|operator|empresa))"
)
# Where she is, and where she goes: "estoy con Movistar", "I have a Vi number", "me voy con Movistar".
_HAS = r"(?:have|has|got|using|am on|m on|tengo|traigo|tenho|uso)"
COMES = re.compile(
    rf"\b(?:from|leaving|desde|da|(?:estoy|soy|tengo|estou|sou|to) (?:con|de|com|da|na)"
    rf"|{_HAS}(?: (?:an?|un|um|my|mi|meu))?(?: (?:number|line|sim|numero|linea|linha|chip))?"
    r"(?: (?:with|of|de|da|con|com))?)"
    rf" {OTHERS}\b"
)
# Who is not with us yet can only come.
NO_CUSTOMER = re.compile(
    r"\b(?:not (?:(?:your|an?|yet|with you) )*(?:customers?|clients?|subscribers?)|not with you"
    r"|(?:no|nao) (?:soy|sou) (?:(?:su|seu|sua|aun|ainda|todavia) )*cliente)\b"
)
GOES = re.compile(
    r"\b(?:to|join\w*|(?<!have )(?<!has )(?<!got )(?<!using )(?<!am )(?<!m )ao?"
    r"|pra|para(?: a)?|pro|(?:voy|vou|ir\w*|largo|mudo|cambio|paso) (?:con|com|pa))"
    rf" {OTHERS}\b"
)
# "Me voy a cambiar de compañía": by who is with us.
GOES_AWAY = re.compile(
    r"\b(?:cambi\w+|mud\w+|troc\w+|chang\w+|switch\w*|leav\w+|sal\w+|sai\w*) (?:de |of |d[ae] |my |the )*"
    r"(?:compania|operador\w*|company|network|provider|carrier|empresa)\b"
)
NEAR = words("aqui here ustedes uds vcs voces aurora")
HERE = words("aqui here")  # where she asks, as much as where she goes
CODE = words("code codigo nip upc pac")
GIVES = words("deme denme give send manda mandame mandamelo dame damelo pasa pasame passa envia enviame")
_CODE = r"(?:nip|codigo|code|pac|upc)"
_WANTS = (
    r"(?:quiero|quero|want|need|necesito|requiero|preciso|solicito|deseo|desejo|like|gostaria|give|d[ae]me)"
)
WANTS_CODE = re.compile(
    rf"{UNREFUSED}\b{_WANTS}(?: (?:to|de|me|rec\w+|tener|ter|get|have|el|mi|o|do|meu|the|my))*"
    rf"(?: porting)? {_CODE}\b(?! (?:de )?(?:verif|promo|barras|postal))"
)
# "Quero seguir com a portabilidade", "go ahead with the port".
GOES_ON = re.compile(
    rf"(?:{UNREFUSED}\b{_WANTS} (?:to |de )?|\b(?:let s|vamos|pode|podemos|puede|please) |^)"
    r"(?:seguir|sigamos|continuar?|continue|prosseguir|proseguir|proceder|proceed|go (?:ahead|on)|avan[cz]ar)"
    r"(?: (?:com|con|with|adelante|a|la|o|el|the|my|mi|minha|meu))*"
    r"(?:$| (?:portab\w+|port|porting|cambio|troca|mudanca|proces\w+|tramite|move|switch)\b)"
)
LONGEST = 14  # words; who agrees in more says something else
OWES = re.compile(
    r"\b(?:multa\w*|penal\w+|fees?|charges?|deb(?:o|itos?|iendo)|deudas?|dividas?|dev(?:o|endo|er)|adeud\w+"
    r"|owe\w*|dues?|pend(?:ing|ientes?|entes?|encias?)|fidel\w+|plazo forzoso|lock in|unpaid)\b"
)
GOES_DEAD = re.compile(
    r"\b(?:sin|sem|without|lose|pierdo|perco|no)\b(?: \w+){0,2}"
    r" (?:linea|linha|line|servicio|servico|service|senal|sinal|signal|network)\b"
    r"|\b(?:linea|linha|line|servicio|servico|service|number|numero)\b(?: \w+){0,3}"
    r" (?:work\w*|funcion\w+|cort\w+|stop\w*|dead|down|se va|sigue|goes|go|till|until|hasta|ate)\b"
)
NOTHING_OWED = {
    "en": "No unpaid bill stands in the way.",
    "es": "Ninguna factura sin pagar lo impide.",
    "pt": "Nenhuma fatura em aberto impede isso.",
}
OWED = {
    "en": "{owed} is unpaid right now; that keeps nobody from leaving.",
    "es": "Ahora mismo debes {owed}; eso no impide que te vayas.",
    "pt": "No momento há {owed} em aberto; isso não impede a saída.",
}
SEEMS = 0.85  # of the way it goes, though no word says it
UNDER_WAY = ("code_issued", "requested")


async def directions(turn: Turn, _answers: Answers) -> list[Option]:
    """By her words, when they say one thing only; whoever is no customer yet can only come."""
    said, sentence = words(turn.text), folded(turn.text)
    both = [
        Option("in", titled("port_in", turn), tuple(INTO)),
        Option("out", titled("port_out", turn), tuple(OUT)),
    ]
    if NO_CUSTOMER.search(plain(turn.text)):
        return both[:1]
    if bool(COMES.search(sentence)) != bool(GOES.search(sentence)):
        return both[:1] if COMES.search(sentence) else both[1:]
    is_hers = (await session.context_of(turn)).get("customer")
    wants_code = WANTS_CODE.search(plain(turn.text)) and not said & INTO - NEAR
    if is_hers and (wants_code or GOES_AWAY.search(sentence) or await _names_her_own(turn)):
        return both[1:]
    comes = said & INTO - HERE or (said & HERE and not said & OUT)
    meant = [option for option, tells in zip(both, (comes, said & OUT)) if tells]
    if len(meant) == 1:
        return meant
    return _as_told(turn, _as_it_seems(turn, both)) if is_hers else both[:1]


def _as_it_seems(turn: Turn, both: list[Option]) -> list[Option]:
    """ "Pasar mi número para allá": what it would mean where that is asked, before it is."""
    meaning, sure = turn.at("asked.port_number.direction")
    seems = [each for each in both if meaning == f"choose:{each.value}" and sure >= SEEMS]
    return seems or both


async def _names_her_own(turn: Turn) -> bool:
    """A number that she has with us can only leave."""
    named = turn.entity("phone_number")
    return named is not None and named in [line.get("msisdn") for line in await session.lines_of(turn)]


def _as_told(turn: Turn, both: list[Option]) -> list[Option]:
    """The way that was just told, where she only asks on."""
    told = turn.told or {}
    way = told["answers"].get("direction") if told.get("task") == "port_number" else None
    return [each for each in both if each.value == way] or both


async def standings(turn: Turn, answers: Answers) -> list[Option]:
    """Never asked: what the rules say of this line, told at once."""
    told = await turn.app.port_out(answers["line_id"])
    if told["under_way"] in UNDER_WAY:
        moves = told["moves_on_text"]
        turn.say("utter_port_moves" if moves else "utter_port_code_out", label=told["label"], day=moves or "")
        return [Option("stayable" if told["may_stay"] else "gone", "")]
    if told["may_leave"]:
        turn.say(
            "utter_port_out",
            label=told["label"],
            days=told["code_days"],
            hours=told["cancel_hours"],
        )
        return [Option("free", "")]
    against = "\n".join(f"• {rule}" for rule in told["against"])
    turn.say("utter_port_out_barred", label=told["label"], against=against)
    return [Option("barred", "")]


async def wishes(turn: Turn, _answers: Answers) -> list[Option]:
    return [
        Option("code", titled("port_code", turn), ("codigo", "code", "nip")),
        Option(
            "keep", titled("keep_number", turn), ("quedarme", "stay", "keep", "ficar", "cancelar", "cancel")
        ),
    ]


def _leaves(answers: Answers) -> bool:
    return answers.get("direction") == "out"


class PortNumber(Task):
    """Coming is told, and a person offered; leaving ends in a code, without being kept back."""

    intent = "port_number"
    asked_on = {"asks_risk": "utter_port_keeps", "asks_price": "utter_port_costs"}
    told_again = ("asks_when", "asks_how")
    questions = (
        Question("direction", "utter_ask_direction", options=directions, takes_the_only_one=True),
        which_line(is_mobile, none="utter_no_active_line", needed=_leaves),
        Question("standing", "utter_ask_line", options=standings, takes_the_only_one=True, needed=_leaves),
        Question(
            "port_wish",
            "utter_ask_port_wish",
            options=wishes,
            needed=lambda answers: answers.get("standing") == "stayable",
        ),
    )

    async def begins(self, turn: Turn) -> bool:
        """Who asks whether her number stays, after something was told or done, means to keep it."""
        before = (turn.last or {}).get("task") or ("list_plans" if turn.listed else "")
        if not before or before == self.intent or not asks_for_the_same(turn):
            return True
        turn.say("utter_number_stays")
        turn.remember(told=turn.told, last=turn.last, listed=turn.listed)
        return False

    def aside(self, turn: Turn) -> str:
        """Here her number is what it is all about."""
        return ""

    def ends_in(self, answers: Answers) -> str:
        if answers.get("port_wish") == "keep":
            return "keep_number"
        return "port_out_code" if answers.get("standing") == "free" else ""

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Isso, manda o código", when that is what was proposed."""
        is_free = answers.get("standing") == "free"
        if is_free and _goes_on(turn):
            return True
        gives = GIVES & words(turn.text) and is_free
        names_it = agreeing.names_the_deed(turn, CODE, agreeing.LONGEST)
        return bool(gives) and (names_it or agreeing.begins_with_yes(turn, CODE))

    async def answers_beside(self, turn: Turn, answers: Answers) -> bool:
        """Before the code: what is owed, and whether the line goes on."""
        asks = "?" in turn.text or turn.reply[0].startswith("asks_")
        if turn.pressed_a_button or not asks or answers.get("standing") != "free" or not turn.memory("work"):
            return False
        said = plain(turn.text)
        owes, goes_dead = OWES.search(said), GOES_DEAD.search(said)
        if owes:
            await _say_owed(turn, answers)
        if goes_dead:
            turn.say("utter_port_keeps")
        return bool(owes or goes_dead)

    def says_of(self, asked: str, answers: Answers) -> str:
        """What stands against leaving comes first."""
        if answers.get("standing") == "barred":
            return "utter_port_settle_first"
        return super().says_of(asked, answers)

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {"line_id": answers["line_id"]}

    async def goes_on(self, turn: Turn, answers: Answers) -> bool:
        """The code is asked for now, and kept nowhere."""
        if self.ends_in(answers) == "port_out_code":
            await _say_code(turn, answers)
        return False

    async def tell(self, turn: Turn, answers: Answers) -> None:
        if answers["direction"] == "in":
            await _say_how_to_come(turn)
        elif answers.get("port_wish") == "code":
            await _say_code(turn, answers)
        elif answers["standing"] == "barred":
            handover.offer(turn, "utter_port_out_person")


def _goes_on(turn: Turn) -> bool:
    """ "Certo. Quero seguir com a portabilidade e receber o código"."""
    clauses = [plain(each) for each in CLAUSES.split(turn.text)]
    short = len(plain(turn.text).split()) <= LONGEST and agreeing.hinders_nothing(turn)
    return short and any(WANTS_CODE.search(each) or GOES_ON.search(each) for each in clauses)


async def _say_owed(turn: Turn, answers: Answers) -> None:
    told = await turn.app.port_out(answers["line_id"])
    owes = Decimal(told["owed"]) > 0
    turn.tell(OWED[turn.language].format(owed=told["owed_text"]) if owes else NOTHING_OWED[turn.language])
    turn.say("utter_port_costs")


async def _say_how_to_come(turn: Turn) -> None:
    told = await turn.app.port_in()
    coming = [f"• {each['number']} ({each['day_text']}): {each['status_text']}" for each in told["under_way"]]
    if coming:
        turn.say("utter_port_in_under_way", numbers="\n".join(coming))
    handover.offer(turn, "utter_port_in", days=told["days_ahead"])


async def _say_code(turn: Turn, answers: Answers) -> None:
    told = await turn.app.port_out_code(answers["line_id"])
    turn.say(
        "utter_port_code",
        label=told["label"],
        code=told["code"],
        day=told["valid_until_text"],
        hours=told["cancel_hours"],
    )
