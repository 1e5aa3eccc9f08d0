"""Balance and bill: what is there, what is owed, until when."""

from decimal import Decimal

from actions.action import CareAction
from actions.app_client import Answer
from actions.turn import Turn


class ActionCheckBalance(CareAction):
    def name(self) -> str:
        return "action_check_balance"

    async def answer(self, turn: Turn) -> None:
        balance = await turn.app.balance(turn.entity("line_id"))
        turn.say(
            _balance_response(balance),
            label=balance.get("label") or "",
            amount=balance["amount_text"],
            date=balance.get("expires_on_text") or balance.get("due_on_text") or "",
        )


class ActionViewBill(CareAction):
    def name(self) -> str:
        return "action_view_bill"

    async def answer(self, turn: Turn) -> None:
        bill = await turn.app.bill()
        told = [f"• {line['text']}: {line['amount_text']}" for line in bill.get("lines") or []]
        turn.say(
            f"utter_bill_{bill['status']}",
            number=bill["number"],
            period=bill.get("period_text") or "",
            total=bill["total_text"],
            due=bill["due_text"],
            date=bill.get("due_on_text") or "",
            lines="\n".join(told),
        )


def _balance_response(balance: Answer) -> str:
    if balance["mode"] == "prepaid":
        return "utter_credit_until" if balance.get("expires_on_text") else "utter_credit"
    if Decimal(balance["amount"]) <= 0:
        return "utter_nothing_owed"
    return "utter_owed_until" if balance.get("due_on_text") else "utter_owed"
