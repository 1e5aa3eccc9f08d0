"""Credit of a prepaid line, or what is owed; asked which when there are several."""

from decimal import Decimal

from actions import session
from actions.app_client import Answer
from actions.tasks.question import Answers, Option
from actions.tasks.task import Task
from actions.tasks.which_line import WhichLine
from actions.turn import Turn

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


def _response(balance: Answer) -> str:
    if balance["mode"] == "prepaid":
        return "utter_credit_until" if balance.get("expires_on_text") else "utter_credit"
    if Decimal(balance["amount"]) <= 0:
        return "utter_nothing_owed"
    return "utter_owed_until" if balance.get("due_on_text") else "utter_owed"
