"""Money back: for what, and a case that people decide. Nothing is paid out here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.amounts import as_names, bare_amount
from actions.app_client import Answer
from actions.neighbours import CHARGED_TWICE, PAID_TWICE
from actions.plain import plain
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.work import CONFIRM
from actions.turn import Turn

OUTAGE, OTHER = "outage", "other"
WITHOUT_SERVICE = re.compile(
    r"\b(?:sin (?:servicio|senal|internet|linea|fibra)|caid\w*|se cayo|falla\w*|corte\w*|"
    r"sem (?:sinal|internet|servico|linha|rede)|fora do ar|caiu|outage|down|"
    r"without (?:service|signal|internet)|no (?:service|signal|internet)|compens\w*"
    r"|(?:not|ni|nem) (?:one|a single|una|um|uma) (?:bar|rayita|raya|barra|barrinha)"
    r"|sin nada|sem nada|parad[oa]s?"
    r"|(?:\d+|two|three|four|five|dos|tres|cuatro|cinco|dois|duas|quatro|those|esos|esses|aquellos) "
    r"(?:\w+ )?(?:days?|dias?)(?: \w+){0,2} (?:without|sin|sem|offline|dead|muert\w+)"
    r"|(?:those|esos|esses|esses|estos|estes|aquellos) (?:\w+ )?(?:days|dias?)|days? worth)\b"
)
# "From the last bill, for the four days": of which bill, or for which days.
OF_WHICH = re.compile(
    r"^(?:(?:e|y|and|ah|eh|es|is|it s|its|foi|fue|sao|son|seria) )*"
    r"(?!de acuerdo|de acordo|of course|na verdade)"
    r"(?!\w+ (?:que|qual|cual|what|which|how|cuant\w+|quant\w+)\b)"
    r"(?!.*\b(?:mand\w+|envi\w+|send|show|see|ver|verla|muestr\w+|mostr\w+|quiero|quero|want|need|preciso"
    r"|necesito|pag\w+|pay\w*|dime|diga|tell|give|me da|how|when|cuando|quando)\b)"
    r"(?:d[aoe]s?|del|of|from|for|por l[oa]s?|por el|pel[ao]s?|referente|en (?:la|el)|na|no mes"
    r"|those|esos|esses|the \w+ days)\b.{0,40}"
    r"\b(?:faturas?|contas?|facturas?|recibos?|bills?|invoices?|boletos?|mes|meses|months?|dias?|days?"
    r"|semanas?|weeks?)\b"
)
SOME_DAYS = re.compile(r"\b(?:dias?|days?|semanas?|weeks?)\b")
TITLES = {
    OUTAGE: {"en": "I had no service", "es": "Estuve sin servicio", "pt": "Fiquei sem serviço"},
    OTHER: {"en": "Something else", "es": "Otra cosa", "pt": "Outra coisa"},
}
PAID_TWICE_NAME = "paid-twice"
EITHER = "either"
# Of what was paid twice she wants one back, whichever.
ONE_OF_THEM = re.compile(
    r"\b(?:una? de (?:las|los) dos|cualquiera|either|(?:any|one) of (?:the two|the 2|them|these)|uma das duas"
    r"|tanto faz|qualquer uma?)\b"
)
THE_LATEST = re.compile(
    r"\b(?:ultim[oa]s?|last|latest"
    r"|(?:d?ess[ea]|d?est[ea]|this) (?:\w+ )?(?:mes|month|conta|fatura|factura|bill))\b"
)
TWICE = {"en": "paid twice", "es": "pagado dos veces", "pt": "pago duas vezes"}


@dataclass(frozen=True)
class ForWhat(Question):
    """An outage, or an amount that was paid, is heard in her first words."""

    def mentioned(self, turn: Turn) -> str | None:
        told, said = super().mentioned(turn), plain(turn.text)
        is_about_it = (
            turn.intent == "request_refund" or (turn.memory("work") or {}).get("asking") == self.slot
        )
        if turn.pressed_a_button or not (is_about_it or _is_for_an_outage(turn)):
            return told
        if PAID_TWICE.search(said) or CHARGED_TWICE.search(said):
            return PAID_TWICE_NAME  # the amount would not tell which of the two
        if _is_for_an_outage(turn):
            return None
        if WITHOUT_SERVICE.search(said) or (_says_which(turn) and SOME_DAYS.search(said)):
            return OUTAGE  # an amount beside it only says which bill it was
        return told or bare_amount(turn.text) or (EITHER if ONE_OF_THEM.search(said) else None)

    def told_among(self, turn: Turn, options: Sequence[Option]) -> Option | None:
        """The latest of those that were as much: "119,90, a desse último mês"."""
        amount = self.mentioned(turn) or ""
        alike = [each for each in options if amount in each.names]
        is_last = not turn.pressed_a_button and THE_LATEST.search(plain(turn.text))
        return alike[0] if is_last and len(alike) > 1 else None


def _says_which(turn: Turn) -> bool:
    """Of which bill it is, or for which days, where a refund is under way."""
    under_way = (turn.memory("work") or {}).get("task") == "request_refund"
    asks = turn.pressed_a_button or "?" in turn.text
    return under_way and not asks and OF_WHICH.search(plain(turn.text)) is not None


def _is_for_an_outage(turn: Turn) -> bool:
    """Then an amount only says of which bill it was."""
    return ((turn.memory("work") or {}).get("answers") or {}).get("payment_id") == OUTAGE


async def what(turn: Turn, answers: Answers) -> list[Option]:
    """Her payments, those made twice first; the time without service; anything else."""
    if not turn.pressed_a_button:
        answers.setdefault("reason", turn.text[:500])
    told = await turn.app.refundable()
    paid = [
        Option(
            each["payment_id"], _title(each, turn), [*as_names(each["amount"]), *_twice(each), *_first(place)]
        )
        for place, each in enumerate(told["payments"][:5])
    ]
    # What she paid twice by another way than we see is for people to look into.
    seen = any(each["twice"] for each in told["payments"][:5])
    names = {OUTAGE: (), OTHER: () if seen else (PAID_TWICE_NAME,)}
    return [*paid, *(Option(each, TITLES[each][turn.language], names[each]) for each in names)]


class RequestRefund(Task):
    intent = "request_refund"
    # How long the case takes that is about to be opened; which bill it is about.
    akin = ("ticket_status", "view_bill")
    kind = "request_refund"
    asked_on = {"asks_how": "utter_case_how"}
    questions = (
        ForWhat(
            "payment_id",
            "utter_ask_refund",
            entity="amount",
            options=what,
            about="pago pagamento payment recarga",
        ),
    )

    def speaks_beside(self, turn: Turn) -> bool:
        """Of which bill it is, once it is proposed; an amount is another payment, but for an outage."""
        is_proposed = (turn.memory("work") or {}).get("asking") == CONFIRM
        names_another = bool(turn.wanted("amount")) and not _is_for_an_outage(turn)
        return is_proposed and _says_which(turn) and not names_another

    def aside(self, turn: Turn) -> str:
        """What it is about she tells, and wants nothing else."""
        return "utter_noted" if _says_which(turn) else super().aside(turn)

    def says_before(self, asked: str, answers: Answers) -> str:
        return (
            "utter_case_to_be" if asked in ("asks_when", "asks_how") else super().says_before(asked, answers)
        )

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        chosen = answers["payment_id"]
        told = (await turn.app.refundable())["payments"]
        twice = any(each["twice"] for each in told if each["payment_id"] == chosen)
        why = OUTAGE if chosen == OUTAGE else "twice" if twice else OTHER
        wanted = {"why": why, "reason": answers.get("reason", "")}
        return wanted if chosen in (OUTAGE, OTHER) else {**wanted, "payment_id": chosen}


def _first(place: int) -> list[str]:
    return [] if place else [EITHER]


def _twice(payment: Answer) -> list[str]:
    return [PAID_TWICE_NAME] if payment["twice"] else []


def _title(payment: Answer, turn: Turn) -> str:
    title = f"{payment['amount_text']} · {payment['day_text']}"
    return f"{title} · {TWICE[turn.language]}" if payment["twice"] else title
