"""A SIM that is to come to life: how far its order is, and what is missing."""

from actions import handover
from actions.app_client import Answer
from actions.tasks.for_customers import ForCustomers
from actions.tasks.question import Answers
from actions.turn import Turn


class ActivateSim(ForCustomers):
    """Starting one needs a paper and a person's eye, so the way to it is told: the site or a shop."""

    intent = "activate_sim"

    async def tell(self, turn: Turn, answers: Answers) -> None:
        told = await turn.app.activations(turn.entity("iccid"))
        orders = told["activations"]
        if told["card"] == "misread":
            handover.offer(turn, "utter_iccid_misread")
        elif told["card"] == "unknown":
            handover.offer(turn, "utter_iccid_unknown")
        elif orders:
            turn.say("utter_activations", orders="\n".join(_line(each) for each in orders))
        else:
            handover.offer(turn, "utter_no_activation", url=told["shop_url"])


def _line(order: Answer) -> str:
    what = f"• {order['reference']} · {order['number']} ({order['plan']}): {order['status_text']}."
    return f"{what} {order['next_text']}"
