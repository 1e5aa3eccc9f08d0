"""Paying bills: which, how much, and how; a link at once where there is nothing to choose."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from decimal import Decimal

from actions.app_client import Answer, Refused
from actions.articles import look_up
from actions.holding_back import puts_off
from actions.months import month_said
from actions.neighbours import PAYS_A_PART
from actions.plain import CLAUSES, plain, words
from actions.tasks.how_much import AmountQuestion, typed_amount
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.ways import LINK, PART, code_of, method_of, show_link, ways_of, which_way
from actions.turn import Turn

ALL = "all"
AT_ONCE = 3  # links in one answer, the most urgent bills first: each is asked of the gateway
PARTS = {
    "en": "pay an overdue bill in instalments",
    "es": "pagar a plazos una factura vencida",
    "pt": "parcelar uma fatura atrasada",
}
ALL_TITLE = {"en": "All of them", "es": "Todas", "pt": "Todas"}
EVERY_ONE = re.compile(
    r"\b(?:all|both|everything|todos?|todas|tudo|ambas|ambos"
    r"|(?:las|los) (?:dos|2)|d?as (?:duas|2)|d?os (?:dois|2)|the (?:two|2))\b"
    r"(?! (?:bien|bem|ok|good|right|set|listo|claro|certo"
    r"|(?:mi|my|meu|minha)(?! (?:bills?|dues|facturas?|recibos?|faturas?|contas?)))\b)"
)
FIRST_DUE = words("oldest older vieja viejo antigua antiguo antiga antigo velha velho atrasada vencida")
LAST_DUE = words("newest newer latest recent reciente nueva recente nova")
OLDEST, NEWEST = "oldest", "newest"
SOME = "some"  # of them, and it is not known yet which
# "Todo no", "not both".
_EVERY = (
    r"(?:all|both|everything|tod[oa]s?|tudo|ambas|ambos|el total|o total"
    r"|(?:las|los) (?:dos|2)|d?as (?:duas|2)|d?os (?:dois|2)|the (?:two|2))"
)
NOT_ALL = re.compile(
    r"\b(?:no|not|nao|n|don t|dont|can t|cant|cannot)"
    rf"(?: (?!cancel|dej|olvid|esque|deix|leav|forget)\w+){{0,2}}?"
    rf" {_EVERY}\b|\b{_EVERY} (?:no|nao|not|n)\b(?! hay\b)"
)
ONE_OF_THEM = re.compile(
    r"(?:(?:ok|no|nao|so|y|e|pay|paga|pago|cobra|cobren|quiero|quero) )*"
    r"(?:(?:only|just|nomas|nada mas|solo|solamente|so|somente|apenas) (?:one|una|uno|uma|um)"
    r"(?: (?:bill|factura|recibo|fatura|conta|boleta))?"
    r"|(?:(?:only|just|nomas|nada mas|solo|so|somente|apenas) )?"
    r"(?:one|una|uno|uma|um)(?: (?:bill|factura|recibo|fatura|conta))? (?:of (?:them|those|the two|the bills)"
    r"|de (?:las|los) (?:dos|facturas|recibos)|de ell[ao]s"
    r"|d[ao]s (?:duas|dois|faturas|contas)|delas|deles))"
)


# What is owed in parts, by an agreement.
INSTALMENTS = re.compile(
    r"\b(?:instal?ments?|parcel\w+|a plazos|diferir\w*|(?:en|em) (?:partes|plazos|cuotas|abonos|vezes)"
    r"|(?:split|divid\w+) (?:the|my|it|la|lo|a|minha|mi|what)|payment (?:plan|arrangement)"
    r"|(?:convenio|acuerdo|acordo) de pag\w+|re ?negoci\w+|negoci\w+"
    r"|(?:can t|cannot|no (?:puedo|alcanzo a)|nao (?:consigo|posso|da pra)) (?:pay|pagar)(?: \w+){0,2}"
    r" (?:all|everything|todo|tudo|junto|de una|de uma|at once|complet\w+|inteir\w+))\b"
)
# Whether a line that was stopped works again with it: "y con eso ya me regresa la línea o no".
_LINE = (
    r"(?:line|service|signal|number|phone|internet|linea|servicio|senal|numero|telefono|linha|servico|sinal"
    r"|celular|cel|chip|datos|dados)"
)
_COMES = r"(?:back|again|return\w*|regres\w+|vuelv\w+|volt\w+|reactiv\w+|reativ\w+|restor\w+|re ?con+ect\w*)"
_STILL_NOT = r"(?:no|nao|not|n t|sin|sem|still|sigue\w*|ainda|continu\w+|todavia|never|nunca)"
COMES_BACK = re.compile(
    rf"^(?!.*\b{_STILL_NOT} (?:\w+ ){{0,3}}(?:{_COMES}|{_LINE}|work\w*|funcion\w+|jal\w+)\b).*"
    rf"\b(?:{_LINE}\b.{{0,20}}\b{_COMES}|{_COMES}\b.{{0,20}}\b{_LINE}"
    r"|(?:works?|working|comes?|be|turn(?:ed)?) (?:on )?(?:back|again)"
    r"|(?:vuelv\w+|regres\w+|volt\w+) a (?:funcion\w+|jalar|servir|trabajar)"
    r"|ja volt\w+|ya (?:vuelv\w+|regres\w+)|(?:lo|la) (?:prend\w+|reconect\w+)|relig\w+|starts? again"
    r"|(?:unblock|desbloque\w+|liber\w+|reconnect)\w*)\b"
)


@dataclass(frozen=True)
class WhichBills(Question):
    """One of them, by its number, place, age, month or amount; or all, as "las dos" is not the second, or
    when their sum was just told. Instead of all of them she is asked for one where she names none."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is not None or turn.pressed_a_button:
            return said
        if EVERY_ONE.search(plain(turn.text)) and not refuses_all(turn):
            return ALL
        if one := _one_of_them(turn):
            return one
        names_amount = HOW_MUCH.mentioned(turn) is not None
        if work := turn.memory("work"):
            return SOME if names_amount and work["answers"].get(self.slot) == ALL else None
        sum_was_told = (turn.told or {}).get("task") == "check_balance"
        return ALL if sum_was_told and not names_amount else None


def _one_of_them(turn: Turn) -> str | None:
    """Which, by its age or month; SOME where she only says that it is not to be all."""
    said = words(turn.text)
    if FIRST_DUE & said or LAST_DUE & said:
        return OLDEST if FIRST_DUE & said else NEWEST
    if turn.memory("work") and (month := _month(turn)):
        return month
    return SOME if _wants_just_one(turn) or refuses_all(turn) else None


def _wants_just_one(turn: Turn) -> bool:
    return any(ONE_OF_THEM.fullmatch(plain(each)) for each in CLAUSES.split(turn.said))


def refuses_all(turn: Turn) -> bool:
    """ "Las dos no"."""
    return any(NOT_ALL.search(plain(each)) for each in CLAUSES.split(turn.said))


def _month(turn: Turn) -> str | None:
    return month_said(turn.text, datetime.now(timezone.utc).date())


@dataclass(frozen=True)
class HowMuchOfIt(AmountQuestion):
    """The whole, unless she names an amount, or says that it is to be a part and not which."""

    def insists(self, turn: Turn) -> bool:
        return not turn.pressed_a_button and PART.search(plain(turn.text)) is not None


HOW_MUCH = HowMuchOfIt(
    "amount",
    "utter_ask_amount_to_pay",
    entity="amount",
    hear=typed_amount,
    optional=True,
    about="monto valor amount",
    intents=("make_payment",),
    paid=True,
)


async def bills(turn: Turn, _answers: Answers) -> list[Option]:
    told = await turn.app.payables()
    if not told["bills"]:
        if last := told["last_paid"]:
            turn.say(
                "utter_last_paid", amount=last["amount_text"], date=last["day_text"], invoice=last["invoice"]
            )
        raise Refused("nothing_to_pay", "", 409)
    for each in told["bills"]:
        if each["under_way_text"]:
            turn.say("utter_told", sentence=each["under_way_text"])
    open_ones = [_option(each) for each in told["bills"]]
    if len(open_ones) == 1:
        return open_ones
    oldest, *between, newest = open_ones
    by_age = [_also(oldest, OLDEST), *between, _also(newest, NEWEST)]
    return await _those_meant(turn, told, by_age)


async def _those_meant(turn: Turn, told: Answer, by_age: list[Option]) -> list[Option]:
    """Of several, by the amount or the month that she names; all of them only where she wants no less."""
    said = (turn.memory("work") or {}).get("said") or {}
    which, part = said.get("invoice_number"), said.get("amount")
    every_one = Option(ALL, f"{ALL_TITLE[turn.language]} · {told['owed_text']}")
    if part is not None and which in (SOME, None):
        return _by_amount(Decimal(part), told, every_one, by_age)
    if part is not None and which == ALL and Decimal(part) < Decimal(told["bills"][0]["due"]):
        return by_age[:1]
    if which is not None and which == _month(turn):
        return await _of_month(turn, which, by_age) or by_age
    return by_age if which == SOME else [every_one, *by_age]


def _option(bill: Answer) -> Option:
    return Option(bill["number"], f"{bill['due_text']} · {bill['due_on_text']}", (bill["number"],))


def _by_amount(part: Decimal, told: Answer, every_one: Option, by_age: list[Option]) -> list[Option]:
    """Those of just that sum; else less than the oldest is paid of that one."""
    if part == Decimal(told["owed"]):
        return [every_one]
    alike = [each for each, bill in zip(by_age, told["bills"]) if Decimal(bill["due"]) == part]
    if not alike and part < Decimal(told["bills"][0]["due"]):
        return by_age[:1]
    return alike or [every_one, *by_age]


async def _of_month(turn: Turn, month: str, open_ones: list[Option]) -> list[Option]:
    """The open one of that month, which is called by it."""
    try:
        number = (await turn.app.bill(None, month))["number"]
    except Refused:
        return []
    return [_also(each, month) for each in open_ones if each.value == number]


def _also(bill: Option, name: str) -> Option:
    return replace(bill, names=(*bill.names, name))


async def ways(turn: Turn, _answers: Answers) -> list[Option]:
    return ways_of(await turn.app.payables(), turn)


class MakePayment(Task):
    intent = "make_payment"
    asked_on = {
        "asks_when": "utter_payment_counts",
        "asks_done": "utter_payment_counts",
        "asks_risk": "utter_part_counts",
    }
    questions = (
        WhichBills(
            "invoice_number",
            "utter_ask_bill_to_pay",
            entity="invoice_number",
            options=bills,
            none="utter_no_bill",
            takes_the_only_one=True,
            about="factura fatura bill recibo conta invoice",
        ),
        HOW_MUCH,
        which_way(ways),
    )
    asks_again = {"amount_out_of_bounds": "amount"}

    def ends_in(self, answers: Answers) -> str:
        return "pay_bills" if method_of(answers) else ""

    async def begins(self, turn: Turn) -> bool:
        """Instalments are agreed on with a person; how that goes is told."""
        if turn.pressed_a_button or not INSTALMENTS.search(plain(turn.text)):
            return True
        await look_up(turn, PARTS[turn.language])
        return False

    def says_of(self, asked: str, answers: Answers) -> str:
        """What becomes of the rest, where a part is paid."""
        rest = asked == "asks_price" and answers.get("amount")
        return "utter_part_counts" if rest else super().says_of(asked, answers)

    def aside(self, turn: Turn) -> str:
        """Whether what was stopped comes back with it."""
        comes_back = not turn.pressed_a_button and COMES_BACK.search(plain(turn.text))
        return "utter_payment_counts" if comes_back else super().aside(turn)

    def wants_more(self, turn: Turn) -> bool:
        """ "Na verdade dá pra pagar só uma parte?", after the whole was told."""
        return PART.search(plain(turn.text)) is not None

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Passa os 50 mesmo assim, sexta eu pago o resto", when just that part was proposed."""
        if "amount" not in answers or "?" in turn.text or puts_off(turn.text):
            return False
        return not turn.pressed_a_button and PAYS_A_PART.search(plain(turn.text)) is not None

    def amends(self, turn: Turn, answers: Answers) -> bool:
        """ "Tudo não, só a mais antiga"."""
        one = _one_of_them(turn) if answers.get("invoice_number") == ALL else None
        return one is not None and (one != SOME or _wants_just_one(turn))

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        wanted = {"method_id": method_of(answers), **_which(answers)}
        return {name: value for name, value in wanted.items() if value}

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """A link or a code for each bill; what she does there is told by the gateway."""
        which = _which(answers)
        if answers["invoice_number"] == ALL:
            numbers = [each["number"] for each in (await turn.app.payables())["bills"]]
        else:
            numbers = [which["invoice_number"]]
        for number in numbers[:AT_ONCE]:
            link = await turn.app.payment_link(number, which.get("amount"), code_of(answers))
            if answers["way"] == LINK:
                turn.say("utter_payment_link", amount=link["amount_text"], invoice=link["invoice"])
            show_link(turn, link)
        if len(numbers) > AT_ONCE:
            turn.say("utter_more_to_pay")


def _which(answers: Answers) -> dict[str, str]:
    """A part is paid of one bill only."""
    if answers["invoice_number"] == ALL:
        return {}
    part = {"amount": answers["amount"]} if answers.get("amount") else {}
    return {"invoice_number": answers["invoice_number"], **part}
