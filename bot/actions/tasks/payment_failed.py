"""Money was taken and nothing arrived: her payments traced, and a person where that leaves it open.
Where none is found and something is owed, she may pay it."""

from actions import handover
from actions.tasks.how_much import AmountQuestion
from actions.tasks.question import Answers
from actions.tasks.task import Task
from actions.turn import Turn

SHOWN = 3
NEEDS_A_PERSON = ("with_people", "unallocated")


class PaymentFailed(Task):
    intent = "payment_failed"
    questions = (
        AmountQuestion(
            "amount",
            "utter_ask_amount_to_pay",
            entity="amount",
            optional=True,
            intents=("payment_failed",),
        ),
    )

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """What is known is said before a person is called; nothing is ever charged again."""
        told = await turn.app.payments(answers.get("amount"))
        found = told["payments"][:SHOWN]
        lines = "\n".join(f"• {each['text']}" for each in found)
        learnt = {"found": lines or "-"}
        if found:
            turn.say("utter_traced" if told["matches"] else "utter_traced_others", lines=lines)
        else:
            turn.say("utter_nothing_traced")
            if not _insists(turn, answers) and (owed := await turn.app.payables())["bills"]:
                handover.offer(turn, "utter_untraced_owed", found=learnt, amount=owed["owed_text"])
                return
        if not told["matches"] or any(each["stage"] in NEEDS_A_PERSON for each in found):
            await handover.hand_over(turn, "asked", "utter_handover_traced", found=learnt)
        else:
            handover.offer(turn, "utter_traced_enough", found=learnt)


def _insists(turn: Turn, answers: Answers) -> bool:
    """ "No, I did pay", when she was just told that nothing is found."""
    last = turn.last or {}
    return last.get("task") == PaymentFailed.intent and last["answers"] == answers
