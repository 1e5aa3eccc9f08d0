"""AutoPay: how it stands, on with what she had kept, off, on again after a pause."""

import re
from dataclasses import dataclass

from actions.amounts import folded
from actions.app_client import Answer
from actions.plain import plain, words
from actions.tasks import agreeing
from actions.tasks.how_much import AmountQuestion
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.turn import Turn

OFF = re.compile(
    r"\b(?:quit\w*|cancel\w*|desactiv\w*|desativ\w*|elimin\w*|parar|pare|dej(?:a|e|en) de|deix\w* de|"
    r"tir(?:ar|a|e) (?:o |a |esse |essa |do |da )?(?:deb|pag|auto|cobr|recorr)\w*|deslig\w*|suspend\w*|"
    r"apag\w*|deten\w*|turn\w* off|switch\w* off|"
    r"(?:put an )?end (?:to )?(?:this|it|that)\b|pon\w* fin|acab\w+ (?:con|com) (?:isso|esto|eso)|"
    r"stop(?! \w+ing\b)|stop (?:taking|charging|debiting|deducting)|"
    r"disable|remove|ya no (?:quiero|me)|(?:nao|n) quero mais|(?:don t|dont|do not) want (?:it|this|that)\b"
    r"|no (?:lo )?quiero mas|(?:do it|pay|pay it) (?:myself|by hand|on my own)"
    r"|(?:don t|dont|do not|stop) (?:take|taking|debit|deduct|pull|pulling)\w*"
    r"|(?:no|nao) (?:me )?(?:cobr|tir|pux|sac|quit)\w+ (?:mas|mais|nada)"
    r"|(?:yo|eu) (?:lo |o |a |la )?(?:pago|pagare|pago a mano)|por mi cuenta|a mano)\b"
)
# "And what happens if a bill is more than that".
IF_HIGHER = re.compile(
    r"^(?:(?:ok|and|y|e|but|pero|mas|so|entonces|entao) )*"
    r"(?:what (?:happens|if|about|do)\b.*\b(?:if|when)?|que pasa\b.*\b(?:si|cuando)"
    r"|(?:o )?que acontece\b.*\b(?:se|quando)"
    r"|if|agar|si|se)\b.{0,40}"
    r"\b(?:more than|higher|above|over|exceeds?|bigger|larger|beyond|crosse?s?|rebas\w+"
    r"|(?:se|ke) (?:upar|uper|[zj]yada|[zj]ada)|pass?[ea]\w*|sobrepas\w+|exced\w+"
    r"|(?:mas|mais) (?:de|que|do que|alt[oa]|car[oa])|mayor|maior|ultrapass\w+|supera\w*|estour\w+)\b"
)
LIMIT = re.compile(
    r"\b(?:pas\w+|mas|mais|maxim\w+|limite|limit|tope|teto|hasta|ate|up to|over|more than|most|max|above"
    r"|beyond|exceed\w*|exced\w+|cap\w*|under|below|acima|arriba|encima)\W+(?:(?:d|de|do|dos|que|of|at|a|is|es|e)\W+)?(\d{2,6})\b"
    r"(?! ?(?:/|dia|day|de cada|%))"
    r"|(?<![\d.,])(\d{2,6})(?: (?:rs|rupees|pesos|reais|reales|bucks))?,?"
    r" (?:(?:se|ke) (?:upar|uper|[zj]yada|[zj]ada|andar|n[ie]+che)|tak\b|max\w*|tops|at most"
    r"|(?:como|de|no) (?:maximo|max|limite|tope|teto)"
    r"|(?:as|is|for) (?:the |my |a )?(?:limit|max\w*|cap))\b"
)


def limit_in(text: str) -> str | None:
    """The amount that nothing may go beyond: "no more than 1500", "1500 max"."""
    found = LIMIT.search(folded(text))
    return (found[1] or found[2]) if found else None


# "The full amount": so a bill is paid, not a mandate given.
THE_WHOLE = re.compile(
    r"\b(?:(?:full|whole|entire|total|complete|po+r[ai]|pur[ai])"
    r" (?:amount|bill|due|sum|payment|balance|paisa)"
    r"|(?:el|o|valor|monto|importe|saldo|cantidade?) total"
    r"|(?:valor|monto|importe) (?:complet[oa]|inteiro|integral|cheio)|tod[ao]|tudo|everything|all of it)\b"
    r"(?! (?:mes|recibo|boleto|dia|fatura|factura|conta|ok|bien|bem|good|right|certo|claro|listo|set"
    r"|mundo|inicio|comeco|fin|final|el|o|los|las|la|a|os|as)\b)"
)
# "Can I stop it later from here?"
MAY_END = re.compile(
    r"\b(?:can|could|may|able|puedo|puede|pueden|podria|posso|pode|podem|consigo|da (?:pra|para))\b.*"
    r"\b(?:later|any ?time|whenever|after|afterwards|despues|luego|cuando|depois|quando|qualquer)\b"
)
ENDS = words(
    "off disable stop quitalo quitenlo quitamelo quitenmelo quita cancelalo cancelenlo desactivalo"
    " desactivenlo"
    " apagalo apaguenlo desliga desliguem desligar desativa desativem desativar tira tirem tirar"
    " quitar apagar desactivar"
)
ON, STOP, RESUME, KEEP, NO_METHOD = "on", "off", "resume", "keep", "no_method"
NOTHING = "nothing"  # is set up
BILLS = {"en": "My bills", "es": "Mis facturas", "pt": "Minhas faturas"}
TITLES = {
    ON: {"en": "Turn it on", "es": "Activarlo", "pt": "Ativar"},
    STOP: {"en": "Turn it off", "es": "Desactivarlo", "pt": "Desativar"},
    RESUME: {"en": "Turn it on again", "es": "Reactivarlo", "pt": "Reativar"},
    KEEP: {"en": "Leave it", "es": "Dejarlo así", "pt": "Deixar como está"},
}


@dataclass(frozen=True)
class Wish(Question):
    """Off is heard in her first words; anything else waits for how it stands."""

    def mentioned(self, turn: Turn) -> str | None:
        pressed = turn.entity(self.slot)
        if pressed is not None:
            return pressed
        asked = (turn.memory("work") or {}).get("asking") == self.slot
        is_about_it = turn.intent == "set_up_autopay" or asked
        if turn.pressed_a_button or not is_about_it:
            return None
        orders_it = asked and turn.intent == "affirm" and ENDS & words(turn.text)
        return STOP if orders_it or OFF.search(plain(turn.text)) else None


@dataclass(frozen=True)
class Limit(AmountQuestion):
    """What nothing may be taken beyond: "que no pase de 400", whatever other sums she names."""

    def mentioned(self, turn: Turn) -> str | None:
        if turn.pressed_a_button or _asks_of_higher(turn):
            return super().mentioned(turn) if turn.pressed_a_button else None
        limit = limit_in(turn.text)
        return limit if limit and not turn.names_other_money else super().mentioned(turn)


async def what(turn: Turn, _answers: Answers) -> list[Option]:
    """The bills are one thing, however many lines are on them; each prepaid line is another."""
    lines = (await turn.app.autopay())["lines"]
    billed = [each for each in lines if each["mode"] == "postpaid"]
    prepaid = [Option(each["line_id"], each["label"]) for each in lines if each["mode"] == "prepaid"]
    bills = (
        [Option(billed[0]["line_id"], BILLS[turn.language], ("bill", "factura", "fatura", "recibo"))]
        if billed
        else []
    )
    return [*bills, *prepaid]


async def wishes(turn: Turn, answers: Answers) -> list[Option]:
    standing = await _standing(turn, answers)
    ends_it = (turn.memory("work") or {}).get("said", {}).get("wish") == STOP
    if standing is None:
        answers["state"] = NOTHING
        return [_wish(STOP if ends_it else ON, turn)]
    answers.pop("state", None)
    turn.say("utter_told", sentence=standing["text"])
    if standing["state"] == "paused":
        return [_wish(RESUME, turn), _wish(STOP, turn)]
    return [_wish(STOP, turn), *([] if ends_it else [_wish(KEEP, turn)])]


async def methods(turn: Turn, _answers: Answers) -> list[Option]:
    told = (await turn.app.autopay())["methods"]
    return [Option(each["id"], each["name"], (each["name"][-4:],)) for each in told] or [
        Option(NO_METHOD, "")
    ]


class SetUpAutopay(Task):
    intent = "set_up_autopay"
    questions = (
        Question(
            "line_id",
            "utter_ask_autopay_what",
            entity="phone_number",
            options=what,
            none="utter_no_active_line",
            takes_the_only_one=True,
            about="linea line linha factura bill fatura",
        ),
        Wish("wish", "utter_ask_autopay", options=wishes, takes_the_only_one=True, leaves=KEEP),
        Question(
            "method_id",
            "utter_ask_method",
            options=methods,
            takes_the_only_one=True,
            needed=lambda answers: answers.get("wish") == ON,
            about="tarjeta cartao card",
        ),
        Limit("amount", "utter_ask_amount_to_pay", entity="amount", optional=True, paid=True),
    )

    def ends_in(self, answers: Answers) -> str:
        if answers.get("method_id") == NO_METHOD or _nothing_to_end(answers):
            return ""
        return {ON: "start_autopay", STOP: "end_autopay", RESUME: "resume_autopay"}.get(answers["wish"], "")

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Yes, turn it off", when that is what was proposed, whatever she asks after it."""
        if answers.get("wish") != STOP:
            return False
        said_first = agreeing.begins_with_order(turn, ENDS)
        return said_first or agreeing.names_the_deed(turn, ENDS)

    def doubts(self, turn: Turn, answers: Answers) -> bool:
        """ "Yes, the full amount", where a mandate is proposed."""
        return answers.get("wish") in (ON, RESUME) and THE_WHOLE.search(plain(turn.text)) is not None

    def aside(self, turn: Turn) -> str:
        """Whether it may be ended once it is on; what becomes of a bill above the limit."""
        said, work = plain(turn.text), turn.memory("work") or turn.last or {}
        wants_it = (work.get("answers") or {}).get("wish") in (ON, RESUME)
        asks_end = bool(turn.memory("work") and MAY_END.search(said) and OFF.search(said))
        asks = not turn.pressed_a_button and (asks_end or _asks_of_higher(turn))
        return "utter_autopay_ends" if wants_it and asks else super().aside(turn)

    def may_be_left(self, asking: str, answers: Answers) -> bool:
        """Who ends it says no to the charges: "nomás que no me lo jalen"."""
        return answers.get("wish") != STOP

    def says_of(self, asked: str, answers: Answers) -> str:
        """The day it is taken and how it is held in, or that nothing is taken any more; what it costs, the
        bills say."""
        if asked not in ("asks_when", "asks_done", "asks_risk", "asks_how"):
            return ""
        if answers.get("wish") not in (ON, RESUME):
            return "utter_autopay_by_hand"
        return "utter_autopay_when" if asked in ("asks_when", "asks_done") else "utter_autopay_ends"

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        if answers["wish"] == ON:
            wanted = {name: answers.get(name) for name in ("line_id", "method_id", "amount")}
            return {name: value for name, value in wanted.items() if value}
        standing = await _standing(turn, answers)
        return {"mandate_id": standing["mandate_id"] if standing else ""}

    async def tell(self, turn: Turn, answers: Answers) -> None:
        if _nothing_to_end(answers):
            turn.say("utter_autopay_is_off")
        elif answers.get("method_id") == NO_METHOD:
            turn.say("utter_autopay_save_first", url=(await turn.app.autopay())["url"])
        else:
            turn.say("utter_unchanged")


def _asks_of_higher(turn: Turn) -> bool:
    return not turn.pressed_a_button and IF_HIGHER.search(plain(turn.text)) is not None


async def _standing(turn: Turn, answers: Answers) -> Answer | None:
    lines = (await turn.app.autopay())["lines"]
    return next((each["autopay"] for each in lines if each["line_id"] == answers["line_id"]), None)


def _nothing_to_end(answers: Answers) -> bool:
    return answers["wish"] == STOP and answers.get("state") == NOTHING


def _wish(wish: str, turn: Turn) -> Option:
    return Option(wish, TITLES[wish][turn.language])
