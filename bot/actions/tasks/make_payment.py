"""Paying bills: which, how much, and how; a link at once where there is nothing to choose."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from actions.app_client import Answer, Refused
from actions.articles import look_up
from actions.holding_back import puts_off
from actions.neighbours import PAYS_A_PART
from actions.plain import plain, words
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
    r"\b(?:all|both|everything|todos?|todas|tudo|ambas|ambos|(?:las|los) dos|d?as duas|d?os dois)\b"
    r"(?! (?:bien|bem|ok|good|right|set|listo|claro|certo|mi|my|meu|minha)\b)"
)
FIRST_DUE = words("oldest older vieja viejo antigua antiguo antiga antigo velha velho atrasada vencida")
LAST_DUE = words("newest newer latest recent reciente nueva recente nova")
OLDEST, NEWEST = "oldest", "newest"


# What is owed in parts, by an agreement.
INSTALMENTS = re.compile(
    r"\b(?:instal?ments?|parcel\w+|a plazos|diferir\w*|(?:en|em) (?:partes|plazos|cuotas|abonos|vezes)"
    r"|(?:split|divid\w+) (?:the|my|it|la|lo|a|minha|mi|what)|payment (?:plan|arrangement)"
    r"|(?:convenio|acuerdo|acordo) de pag\w+|re ?negoci\w+|negoci\w+"
    r"|(?:can t|cannot|no (?:puedo|alcanzo a)|nao (?:consigo|posso|da pra)) (?:pay|pagar)(?: \w+){0,2}"
    r" (?:all|everything|todo|tudo|junto|de una|de uma|at once|complet\w+|inteir\w+))\b"
)


@dataclass(frozen=True)
class WhichBills(Question):
    """One of them, by its number, place or age; or all, as "las dos" is not the second, or when their sum
    was just told."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if said is not None or turn.pressed_a_button:
            return said
        if EVERY_ONE.search(plain(turn.text)):
            return ALL
        if FIRST_DUE & words(turn.text):
            return OLDEST
        if LAST_DUE & words(turn.text):
            return NEWEST
        sum_was_told = (turn.told or {}).get("task") == "check_balance" and not turn.memory("work")
        return ALL if sum_was_told else None


@dataclass(frozen=True)
class HowMuchOfIt(AmountQuestion):
    """The whole, unless she names an amount, or says that it is to be a part and not which."""

    def insists(self, turn: Turn) -> bool:
        return not turn.pressed_a_button and PART.search(plain(turn.text)) is not None


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
    open_ones = [
        Option(each["number"], f"{each['due_text']} · {each['due_on_text']}", (each["number"],))
        for each in told["bills"]
    ]
    if len(open_ones) == 1 or _is_a_part_of(told["bills"][0], turn):
        return open_ones[:1]
    oldest, *between, newest = open_ones
    by_age = [_also(oldest, OLDEST), *between, _also(newest, NEWEST)]
    return [Option(ALL, f"{ALL_TITLE[turn.language]} · {told['owed_text']}"), *by_age]


def _is_a_part_of(oldest: Answer, turn: Turn) -> bool:
    """Whether she pays less than the oldest bill, which a part goes to."""
    part = ((turn.memory("work") or {}).get("said") or {}).get("amount")
    return part is not None and Decimal(part) < Decimal(oldest["due"])


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
        HowMuchOfIt(
            "amount",
            "utter_ask_amount_to_pay",
            entity="amount",
            hear=typed_amount,
            optional=True,
            about="monto valor amount",
            intents=("make_payment",),
            paid=True,
        ),
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

    def wants_more(self, turn: Turn) -> bool:
        """ "Na verdade dá pra pagar só uma parte?", after the whole was told."""
        return PART.search(plain(turn.text)) is not None

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "Passa os 50 mesmo assim, sexta eu pago o resto", when just that part was proposed."""
        if "amount" not in answers or "?" in turn.text or puts_off(turn.text):
            return False
        return not turn.pressed_a_button and PAYS_A_PART.search(plain(turn.text)) is not None

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
