"""Which of her bills a task is about: by number, by month, else the one that matters now."""

from datetime import datetime, timezone

from actions.app_client import Answer, Refused
from actions.months import month_said
from actions.tasks.question import Answers, Option, Question
from actions.turn import Turn

MOST_LINES = 12


def which_bill(*, strict: bool = False) -> Question:
    """Asked only when a month has several. A `strict` one is said not to be there when it is not;
    else what matters now is meant."""

    async def meant(turn: Turn, _answers: Answers) -> list[Option]:
        month = None if turn.pressed_a_button else month_said(turn.text, datetime.now(timezone.utc).date())
        try:
            return [option_of(await turn.app.bill(turn.entity("invoice_number"), month))]
        except Refused as refusal:
            if refusal.code == "which_bill":
                return [option_of(each) for each in refusal.details["bills"]]
            if strict or refusal.code not in ("no_bill_then", "not_found"):
                raise
        return [option_of(await turn.app.bill())]

    return Question(
        "invoice_number",
        "utter_ask_bill",
        options=meant,
        none="utter_no_bill",
        takes_the_only_one=True,
        about="factura fatura bill recibo conta invoice",
    )


def listed(lines: list[str]) -> str:
    """One below the other, as many as a message holds."""
    more = len(lines) - MOST_LINES
    shown = [*lines[:MOST_LINES], f"… +{more}"] if more > 0 else lines
    return "\n".join(f"• {each}" for each in shown)


def option_of(bill: Answer) -> Option:
    return Option(bill["number"], f"{bill['period_text']} · {bill['total_text']}", (bill["number"],))
