"""Money was taken and nothing arrived: her payments traced, and a person where that leaves it open.
Where none is found and something is owed, she may pay it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from actions import handover
from actions.plain import plain
from actions.tasks.how_much import AmountQuestion
from actions.tasks.question import Answers, Question
from actions.tasks.task import Task
from actions.turn import Turn

SHOWN = 3
NEEDS_A_PERSON = ("with_people", "unallocated")
WEEK = timedelta(days=7)
AROUND = timedelta(days=1)  # she may be wrong by a day, or it was late
WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miercoles|jueves|viernes|sabado|domingo"
    r"|segunda|terca|quarta|quinta|sexta)\b"
)
THIS_WEEK = re.compile(r"\b(?:this week|esta semana|essa semana)\b")
NOT_SINCE = {
    "en": "I find no payment of yours since then. The last one that I see is older:\n{lines}",
    "es": "No encuentro ningún pago tuyo desde entonces. El último que veo es anterior:\n{lines}",
    "pt": "Não encontro nenhum pagamento seu desde então. O último que vejo é anterior:\n{lines}",
}


@dataclass(frozen=True)
class PaidOn(Question):
    """The day that she names, or named before; a weekday is that of last week, for it is over."""

    def mentioned(self, turn: Turn) -> str | None:
        if turn.pressed_a_button:
            return None
        told = (turn.last or {}) if (turn.last or {}).get("task") == PaymentFailed.intent else {}
        return self._day_in(turn) or (told.get("answers") or {}).get(self.slot)

    def _day_in(self, turn: Turn) -> str | None:
        said, today = plain(turn.text), datetime.now(timezone.utc).date()
        if THIS_WEEK.search(said):
            return (today - timedelta(days=today.weekday())).isoformat()
        days = [found for each in turn.wanted("date") if (found := _day(str(each.get("value"))))]
        if WEEKDAY.search(said):
            days = [each - WEEK if each > today else each for each in days]
        return min((each for each in days if each <= today), default=today).isoformat() if days else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None  # a month, or a span


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
        PaidOn("date", "", optional=True),
    )

    async def tell(self, turn: Turn, answers: Answers) -> None:
        """What is known is said before a person is called; nothing is ever charged again."""
        told = await turn.app.payments(answers.get("amount"))
        since = _since(answers)
        hers = [each for each in told["payments"] if not since or each["day"] >= since]
        found = (hers or told["payments"][:1])[:SHOWN]
        lines = "\n".join(f"• {each['text']}" for each in found)
        learnt = {"found": lines or "-"}
        if hers:
            turn.say("utter_traced" if told["matches"] else "utter_traced_others", lines=lines)
        else:
            if found:
                turn.say("utter_told", sentence=NOT_SINCE[turn.language].format(lines=lines))
            else:
                turn.say("utter_nothing_traced")
            if not _insists(turn, answers) and (owed := await turn.app.payables())["bills"]:
                handover.offer(turn, "utter_untraced_owed", found=learnt, amount=owed["owed_text"])
                return
        if not (hers and told["matches"]) or any(each["stage"] in NEEDS_A_PERSON for each in found):
            await handover.hand_over(turn, "asked", "utter_handover_traced", found=learnt)
        else:
            handover.offer(turn, "utter_traced_enough", found=learnt)


def _since(answers: Answers) -> str:
    """What came before it is not the payment that she means."""
    paid_on = _day(str(answers.get("date") or ""))
    return (paid_on - AROUND).isoformat() if paid_on else ""


def _insists(turn: Turn, answers: Answers) -> bool:
    """ "No, I did pay", when she was just told that nothing is found."""
    last = turn.last or {}
    return last.get("task") == PaymentFailed.intent and last["answers"] == answers
