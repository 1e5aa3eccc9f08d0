"""Credit of a prepaid line, or what is owed; asked which when there are several."""

import re
from decimal import Decimal
from typing import Any

from actions import session
from actions.app_client import Answer
from actions.holding_back import puts_off
from actions.plain import plain
from actions.tasks.make_payment import ALL, COMES_BACK
from actions.tasks.question import Answers, Option
from actions.tasks.task import Task
from actions.tasks.which_line import WhichLine
from actions.turn import Turn

PAYS = re.compile(r"\b(?:pag\w+|pay\w*|bhar\w*|deposit\w*|cubr\w+|quit\w+)\b")
A_PART = re.compile(
    r"\b(?:half|mitad|metade|part\w*"
    r"|(?:only|just|nomas|nada mas|solo|so|apenas|somente) (?:one|un[ao]?|uma?|\d+))\b"
)
_WAY = r"(?:pix|upi|gpay|phonepe|paytm|link|liga|enlace|qr|codigo|code)"
SENDS_A_WAY = re.compile(
    r"\b(?:mand\w*|envi\w+|pas[ae]\w*|ger[ae]\w*|gener\w+|send|give|share|drop|bhej\w*|dame|me da)"
    rf"(?: (?:me|mi|ja|o|a|la|el|un|uma?|the|an?|my|now|logo|ai|de una|upi|payment|pago))* {_WAY}\b"
    rf"|\b{_WAY} (?:bhej\w*|do|de do)\b"
)
SENTENCES = re.compile(r"[^.;!?\n]+\??")
BILLED = {"en": "What I owe", "es": "Lo que debo", "pt": "O que devo"}
BILLED_NAMES = ("bill", "bills", "owe", "factura", "recibo", "debo", "fatura", "conta", "devo")


async def whose(turn: Turn, _answers: Answers) -> list[Option]:
    """What is owed is one sum, however many lines are on the bills."""
    lines = [each for each in await session.lines_of(turn) if each.get("status") == "active"]
    prepaid = [
        Option(each["id"], each["label"], (each.get("msisdn") or "", each["mode"]))
        for each in lines
        if each["mode"] == "prepaid"
    ]
    billed = [each for each in lines if each["mode"] == "postpaid"]
    names = (*BILLED_NAMES, "postpaid", *(each["label"] for each in billed))
    return [*prepaid, *[Option(each["id"], BILLED[turn.language], names) for each in billed[:1]]]


class CheckBalance(Task):
    intent = "check_balance"
    asked_on = {"asks_risk": "utter_part_counts"}
    told_again = ("asks_when",)
    questions = (
        WhichLine(
            "line_id",
            "utter_ask_line",
            entity="phone_number",
            options=whose,
            none="utter_no_active_line",
            takes_the_only_one=True,
            about="linea line linha numero number",
            unknown="utter_not_your_line",
        ),
    )

    def says_of(self, asked: str, answers: Answers) -> str:
        """Of what is owed; credit is told once more."""
        return super().says_of(asked, answers) if answers.get("mode") == "postpaid" else ""

    def aside(self, turn: Turn) -> str:
        """Whether what was stopped comes back when she pays, or a part of it."""
        said = plain(turn.text)
        if turn.pressed_a_button or not (PAYS.search(said) and COMES_BACK.search(said)):
            return super().aside(turn)
        return "utter_part_counts" if A_PART.search(said) else "utter_payment_counts"

    async def tell(self, turn: Turn, answers: Answers) -> None:
        balance = await turn.app.balance(answers["line_id"])
        answers["mode"] = balance["mode"]
        turn.say(
            _response(balance),
            label=balance.get("label") or "",
            amount=balance["amount_text"],
            date=balance.get("expires_on_text") or balance.get("due_on_text") or "",
        )
        if disputed := balance.get("disputed_text"):
            turn.say("utter_owed_disputed", amount=disputed)
        if balance["mode"] == "postpaid" and Decimal(balance["amount"]) > 0 and _wants_to_pay_it(turn):
            turn.remember(second=_payment(turn))


def _wants_to_pay_it(turn: Turn) -> bool:
    """ "Quanto tá minha conta, manda o pix": a way to pay is asked for beside the question."""
    if turn.pressed_a_button or turn.memory("second"):
        return False
    asked = [plain(each) for each in SENTENCES.findall(turn.said) if not each.endswith("?")]
    return any(SENDS_A_WAY.search(each) and not puts_off(each) for each in asked)


def _payment(turn: Turn) -> dict[str, Any]:
    every_one = {"entity": "invoice_number", "value": ALL}
    entities = [*(turn.message.get("entities") or []), every_one]
    return {
        "text": turn.text,
        "intent": {"name": "make_payment", "confidence": 1.0},
        "entities": entities,
    }


def _response(balance: Answer) -> str:
    if balance["mode"] == "prepaid":
        return "utter_credit_until" if balance.get("expires_on_text") else "utter_credit"
    if Decimal(balance["amount"]) <= 0:
        return "utter_nothing_owed"
    return "utter_owed_until" if balance.get("due_on_text") else "utter_owed"
