"""A bill: the one that matters now or that of a month, as a paper, or by e-mail."""

import json
import re
from dataclasses import dataclass

from actions.app_client import Answer
from actions.plain import plain
from actions.tasks.question import Answers, Question
from actions.tasks.task import Task
from actions.tasks.which_bill import listed, which_bill
from actions.titles import TITLES
from actions.turn import Turn

MAIL = "mail"
BY_MAIL = re.compile(r"\b(?:e ?mail|mail|correo|reenvi\w*|resend|mandame|manda(?:r|me)? por|envia\w* por)\b")
MAIL_TITLE = {"en": "By e-mail", "es": "Por correo", "pt": "Por e-mail"}


@dataclass(frozen=True)
class Delivery(Question):
    """Asked for by a button, or in her words; never asked about."""

    def mentioned(self, turn: Turn) -> str | None:
        pressed = turn.entity(self.slot)
        if pressed is not None:
            return pressed
        by_mail = turn.intent == "view_bill" and BY_MAIL.search(plain(turn.text))
        return MAIL if by_mail and not turn.pressed_a_button else None


class ViewBill(Task):
    intent = "view_bill"
    questions = (which_bill(strict=True), Delivery("delivery", "", optional=True))

    async def tell(self, turn: Turn, answers: Answers) -> None:
        number = answers["invoice_number"]
        if answers.get("delivery") == MAIL:
            sent = await turn.app.mail_bill(number)
            turn.say("utter_told", sentence=sent["sentence"])
            return
        bill = await turn.app.bill(number)
        lines = [f"{line['text']}: {line['amount_text']}" for line in bill.get("lines") or []]
        turn.say(
            f"utter_bill_{bill['status']}",
            _buttons(turn, bill),
            number=bill["number"],
            period=bill.get("period_text") or "",
            total=bill["total_text"],
            due=bill["due_text"],
            date=bill.get("due_on_text") or "",
            lines=listed(lines),
        )
        turn.say("utter_bill_paper", url=bill["url"])


def _buttons(turn: Turn, bill: Answer) -> list[dict[str, str]]:
    """Why it is so, and the same by e-mail."""
    number = {"invoice_number": bill["number"]}
    by_mail = "/view_bill" + json.dumps({**number, "delivery": MAIL})
    return [
        {"title": TITLES["dispute_charge"][turn.language], "payload": "/dispute_charge" + json.dumps(number)},
        {"title": MAIL_TITLE[turn.language], "payload": by_mail},
    ]
