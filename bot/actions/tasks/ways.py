"""How she pays: with what she had kept, at the payment page, or with a code for her app."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from actions.app_client import Answer
from actions.plain import plain, words
from actions.tasks.question import Answers, Option, Question
from actions.turn import Turn

PAGE = {"en": "Payment page", "es": "Página de pago", "pt": "Página de pagamento"}
PAGE_NAMES = ("link", "liga", "enlace", "page", "pagina", "other card", "otra tarjeta", "outro cartao")
CODES = {"pix": "Pix", "upi": "UPI"}
CODE_NAMES = {"pix": ("pix",), "upi": ("upi", "gpay", "phonepe", "paytm")}
# What facts are called, where the way is called otherwise.
MEANS = {"google_pay": "upi", "phonepe": "upi", "paytm": "upi", "credit_card": "card", "debit_card": "card"}
LINK, SAVED = "link", "saved:"
LINK_WORDS = frozenset({"link", "liga", "enlace"})
CARD_WORDS = words("card tarjeta cartao")
CLAUSE = re.compile(r"[,.;!\n]+")
NO_CARD = re.compile(r"\b(?:no|not|nao|n|don t|sin|sem|without)(?: \w+){0,2} (?:card|tarjeta|cartao)\b")
PART = re.compile(r"\b(?:half|mitad|metade|(?:a|una|uma) parte?)\b")
# "La que ya tienen", "the one on file", where something is.
KEPT = re.compile(
    r"\b(?:saved|on file|already there|guardad[oa]|salv[oa]|cadastrad[oa]|registrad[oa]|de (?:siempre|sempre)"
    r"|(?:that|one) (?:you|u) (?:already )?(?:have|got)|la que (?:ya )?tien\w+|que (?:(?:voces|vcs) )?ja tem"
    r"|(?:ya|ja) (?:esta|ta) (?:ahi|ai|la))\b"
)
NOT_THE_KEPT = words("other another new different otra nueva distinta outro novo diferente")


def ways_of(told: Answer, turn: Turn) -> list[Option]:
    """`told` has what the application offers: `methods` she had kept, `codes` of the market."""
    saved = [
        Option(
            SAVED + each["id"],
            each["name"],
            ("card", "tarjeta", "cartao", "saved", "guardada", "salvo", each["name"][-4:]),
        )
        for each in told.get("methods") or []
    ]
    codes = [Option(each, CODES[each], CODE_NAMES[each]) for each in told.get("codes") or []]
    return [*saved, *codes, Option(LINK, PAGE[turn.language], PAGE_NAMES)]


@dataclass(frozen=True)
class WhichWay(Question):
    """ "Send me the link" says it already, and so does "the card you have"; a code or a link that was just
    given is meant again by who pays a part instead."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        if turn.pressed_a_button:
            return said
        said = MEANS.get(said, said) if said else said
        no_card = any(NO_CARD.search(plain(each)) for each in CLAUSE.split(turn.said))
        if said is not None and not (said == "card" and no_card):
            return said
        hers = words(turn.text)
        if LINK_WORDS & hers:
            return LINK
        has_one = not NOT_THE_KEPT & hers and not no_card
        if CARD_WORDS & hers and has_one:
            return "card"
        if has_one and self._is_kept(turn):
            return "saved"
        last = turn.last or {}
        instead = PART.search(plain(turn.text)) is not None or bool(turn.wanted("amount"))
        again = instead and last.get("task") == turn.intent and not method_of(last["answers"])
        return last["answers"].get(self.slot) if again else None

    def _is_kept(self, turn: Turn) -> bool:
        """ "The saved one", while it is asked how she pays."""
        asked = (turn.memory("work") or {}).get("asking") == self.slot
        return asked and "?" not in turn.text and KEPT.search(plain(turn.text)) is not None


def which_way(
    options: Callable[[Turn, Answers], Awaitable[list[Option]]],
    needed: Callable[[Answers], bool] = lambda answers: True,
) -> Question:
    """The question; not asked where there is one way only."""
    return WhichWay(
        "way",
        "utter_ask_way",
        entity="payment_method",
        options=options,
        takes_the_only_one=True,
        needed=needed,
        about="tarjeta cartao card pagar pay",
    )


def method_of(answers: Answers) -> str | None:
    """The id of the way to pay that she had kept and chose."""
    way = str(answers.get("way", ""))
    return way.removeprefix(SAVED) if way.startswith(SAVED) else None


def code_of(answers: Answers) -> str | None:
    return answers["way"] if answers.get("way") in CODES else None


def show_link(turn: Turn, link: Answer) -> None:
    """A link as a card to press; a code in a message of its own, so that it can be copied."""
    code = link.get("code")
    if code:
        turn.say("utter_pay_code", name=CODES.get(code["kind"], code["kind"]), amount=link["amount_text"])
        turn.say("utter_code", code=code["text"])
        return
    about = link.get("invoice") or link.get("label") or ""
    turn.show(kind="payment_link", url=link["url"], amount=link["amount_text"], invoice=about)
