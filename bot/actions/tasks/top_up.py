"""Topping up a prepaid line: how much, and how; or by a voucher."""

import re
from dataclasses import dataclass

from actions.amounts import as_names, short
from actions.app_client import Answer
from actions.tasks.how_much import AmountQuestion, typed_amount
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.ways import LINK, code_of, method_of, show_link, ways_of, which_way
from actions.tasks.which_line import is_active, which_line
from actions.turn import Turn

VOUCHER = "voucher"
VOUCHER_TITLE = {"en": "I have a voucher", "es": "Tengo un código", "pt": "Tenho um código"}
VOUCHER_NAMES = (
    "voucher",
    "code",
    "pin",
    "ficha",
    "vale",
    "codigo",
    "cupon",
    "cupom",
    "scratch card",
    "tarjeta de recarga",
)
VOUCHER_CODE = re.compile(r"(?<!\d)(?:\d[ \-.]?){15}\d(?!\d)")  # sixteen digits, in groups or not


@dataclass(frozen=True)
class VoucherQuestion(Question):
    """Sixteen digits are a voucher whenever they come. Card numbers do not reach the bot."""

    def mentioned(self, turn: Turn) -> str | None:
        return voucher_in(turn)


@dataclass(frozen=True)
class HowMuch(AmountQuestion):
    """An amount, or a voucher that says itself how much it is worth."""

    def mentioned(self, turn: Turn) -> str | None:
        return VOUCHER if voucher_in(turn) else super().mentioned(turn)


def voucher_in(turn: Turn) -> str | None:
    found = VOUCHER_CODE.search(turn.text)
    return re.sub(r"\D", "", found[0]) if found else None


def some_code(turn: Turn) -> str | None:
    """For `hear`: what she typed as a code, also when it is not one: the application says so."""
    digits = re.sub(r"\D", "", turn.text)
    return digits if len(digits) >= 6 else None


def is_prepaid(line: Answer) -> bool:
    return is_active(line) and bool(line.get("mode") == "prepaid")


async def amounts(turn: Turn, answers: Answers) -> list[Option]:
    told = await turn.app.top_up(answers["line_id"])
    usual = [
        Option(each["amount"], short(each["amount_text"]), as_names(each["amount"]))
        for each in told["amounts"]
    ]
    return [*usual, Option(VOUCHER, VOUCHER_TITLE[turn.language], VOUCHER_NAMES)]


async def ways(turn: Turn, answers: Answers) -> list[Option]:
    return ways_of(await turn.app.top_up(answers["line_id"]), turn)


def _pays(answers: Answers) -> bool:
    return answers.get("amount") != VOUCHER


class TopUp(Task):
    intent = "top_up"
    questions = (
        which_line(is_prepaid, none="utter_no_prepaid_line"),
        HowMuch(
            "amount",
            "utter_ask_top_up",
            entity="amount",
            options=amounts,
            hear=typed_amount,
            free=True,
            about="monto valor amount",
            intents=("top_up",),
            paid=True,
        ),
        VoucherQuestion(
            "voucher",
            "utter_ask_voucher",
            hear=some_code,
            needed=lambda answers: answers.get("amount") == VOUCHER,
        ),
        which_way(ways, needed=_pays),
    )
    asks_again = {"amount_out_of_bounds": "amount", "voucher_not_valid": "voucher"}

    def ends_in(self, answers: Answers) -> str:
        return "top_up" if _pays(answers) and method_of(answers) else ""

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {
            "line_id": answers["line_id"],
            "amount": answers["amount"],
            "method_id": method_of(answers),
        }

    async def tell(self, turn: Turn, answers: Answers) -> None:
        line_id = answers["line_id"]
        if not _pays(answers):
            added = await turn.app.voucher(line_id, answers["voucher"])
            turn.say("utter_told", sentence=added["sentence"])
            return
        link = await turn.app.top_up_link(line_id, answers["amount"], code_of(answers))
        if answers["way"] == LINK:
            turn.say("utter_top_up_link", amount=link["amount_text"], label=link["label"])
        show_link(turn, link)
