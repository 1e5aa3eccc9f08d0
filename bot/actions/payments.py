"""Paying: the customer gets a link to the gateway's own page; no card ever passes through the chat."""

from actions.action import CareAction
from actions.turn import Turn


class ActionMakePayment(CareAction):
    def name(self) -> str:
        return "action_make_payment"

    async def answer(self, turn: Turn) -> None:
        link = await turn.app.payment_link(turn.entity("invoice_number"))
        turn.say("utter_payment_link", amount=link["amount_text"], invoice=link["invoice"])
        turn.show(
            kind="payment_link",
            url=link["url"],
            amount=link["amount_text"],
            invoice=link["invoice"],
        )
