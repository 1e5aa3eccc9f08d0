"""Why a bill is so high, line by line; and, if it is wrong, which charge to look into."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.amounts import as_names, is_told_as
from actions.app_client import Answer
from actions.holding_back import UNREFUSED
from actions.neighbours import DISBELIEVES
from actions.plain import plain, words
from actions.tasks.how_much import AmountQuestion
from actions.tasks.question import Answers, Option, Question
from actions.tasks.task import Task
from actions.tasks.which_bill import listed, which_bill
from actions.turn import Turn

MOST_CAUSES = 4
# What she says that it should have been is not what she disputes: "they told me I'd pay 149".
EXPECTED = re.compile(
    r"\b(?:told|said|promised|supposed|should|usual\w*|normal\w*|always|used to|i pay|paying|was going"
    r"|agreed|instead of|a month|al mes|por mes|pago|my plan|mi plan|meu plano"
    r"|more than|mas (?:de|q|que)|mais (?:do )?(?:q|que)"
    r"|dij\w+|prometi\w+|iba|deb[ei]\w*|tenia que|siempre|antes|pagaba|acostumbr\w*|contrate|en vez de"
    r"|diss\w+|prometeram|ia|dev[ei]\w*|era|costum\w+|sempre|pagava|contratei|em vez de)\b"
)
# Nor is what she says that she owes: "la renta de 149 sí la reconozco".
OWNED = re.compile(
    r"\b(?:si|sim|yes) (?:(?:la|lo|las|los|a|o|eu|i) )*(?:recono[zs]co|reconheco|recogni[sz]e"
    r"|acepto|aceito|accept)\b"
    r"|\b(?<!no )(?<!nao )(?:eu )?(?:reconozco|reconheco)\b|\b(?<!not )(?<!don t )recogni[sz]e\b"
    r"|(?<!\bno )(?<!\bnao )\b(?:is|are|s|esta|ta|es|e) (?:(?:all|muy|perfectly) )?"
    r"(?:ok|okay|fine|correct|right|bien|bem|correct[oa]|cert[oa])\b"
)
WRONG, RIGHT = "wrong", "right"
WRONG_TITLE = {"en": "A charge is wrong", "es": "Un cargo está mal", "pt": "Uma cobrança está errada"}
RIGHT_TITLE = {"en": "It's clear now", "es": "Ya quedó claro", "pt": "Agora ficou claro"}

# What charges for use are called besides.
USED = (
    words("datos dados data internet gigas megas"),
    words("llamadas chamadas ligacoes calls minutos minutes"),
    words("sms mensajes mensagens messages texts"),
)

ANY_USE = words("consumo consumos usage consumption overage excess excedente excedentes exceso")

SOME_CHARGE = words("cargo cargos cobro cobros cobranca cobrancas charge charges")  # and not yet which

SURELY_WRONG = 0.9
SAYS_WRONG = re.compile(
    r"\b(?:wrong|incorrect\w*|mistake|overcharged|not (?:right|correct|mine|fair|ok)"
    r"|(?:didn t|did not|never|don t|do not) (?:use|recogni[sz]e|order|agree|buy|ask|make|call|sign)\w*"
    r"|esta mal|mal cobrad\w+|equivocad\w+|error|de mas|no (?:es (?:mio|mia|justo|correcto|cierto)|esta bien)"
    r"|no (?:lo |la |los |las )?(?:use|reconozco|pedi|contrate|hice|compre|consumi|gaste|autorice|llame)"
    r"|(?:jamas|nunca|nem) (?:lo |la |los |las )?(?:use|pedi|contrate|hice|compre|consumi|autorice|llame|usei"
    r"|contratei|fiz|comprei|autorizei|liguei)"
    r"|(?:quiero|voy a|quero|vou|want to) (?:reclamar|contestar|disputar|dispute|contest)"
    r"|no estoy de acuerdo|(?:don t|do not) accept|no (?:lo )?acepto|nao (?:aceito|concordo|autorizei)"
    r"|(?:que|get it) (?:me |vcs |voces )?(?:lo |la )?(?:revis\w+|checked|revejam)|ni de chiste|nem a pau"
    r"|errad\w+|engano|nao (?:e (?:meu|minha|justo|certo)|(?:ta|esta) (?:certo|certa|bem|correto))"
    r"|(?:no|nao) (?:fui|fue|foi)|wasn t (?:me|my|mine)|(?:it s |it is )?not me"
    rf"|{UNREFUSED}(?:quiero|quero|want) (?:\w+ ){{0,3}}"
    r"(?:refund\w*|money back|devuelv\w+|devolv\w+|regres\w+|reembols\w+|estorn\w+)"
    r"|nao (?:usei|reconheco|pedi|contratei|fiz|comprei|consumi|autorizei|liguei))\b"
)
SAYS_RIGHT = re.compile(
    r"\b(?:got it|makes sense|i see|understood|(?:that s|it s|its|all) (?:fine|right|ok|clear|good)"
    r"|ya (?:quedo|vi|me quedo)|entendi\w*|qued(?:a|o) claro|esta (?:bien|claro|correcto)|tiene sentido"
    r"|(?:ta|esta) (?:certo|certa|claro|bem|correto)|faz sentido|ficou claro|saquei"
    r"|fui (?:yo|eu)|it was me|i did use|si l[oa]s? use|usei mesmo"
    r"|(?:fue mi|foi (?:o |a )?(?:meu|minha)|it was my) (?:hij|filh|espos|marid|mulher|herman|irma|niet|net"
    r"|son|daughter|kid|child|wife|husband|brother|sister)\w*)\b"
)
INSISTS = re.compile(
    rf"{UNREFUSED}\b(?:quiero|quero|want to|wish to) (?:contest\w+|reclam\w+|disput\w+)"
    rf"|{UNREFUSED}\b(?:quiero que|quero que|want (?:it|this|that)) (?:me |(?:lo|la|o|a) )*"
    r"(?:revis\w+|rever|checked|looked)\b"
)
# Until it is decided.
MEANWHILE = re.compile(
    r"\b(?:(?:till|until) then|mean ?(?:while|time)|mientras|entretanto|enquanto|ate la|hasta entonces)\b"
)
NOT_USED = re.compile(
    r"\b(?:no|nao|not|never|nunca|jamas|didn t|nem) (?:\w+ )?"
    r"(?:use|used|usei|uso|gaste|gastei|consumi|consumed)\b"
)
# What nobody asks to be explained.
NEVER_ORDERED = re.compile(
    r"\b(?:never|jamas|nunca|no|nao|didn t) (?:\w+ )?"
    r"(?:order|subscrib|sign|contrat|suscrib|pedi|autoric|autoriz|assin)\w*"
)
PLAINLY = frozenset(["yes", "yep", "yeah", "si", "sip", "sim"])  # "ok" only says that she has read it


@dataclass(frozen=True)
class IsItWrong(Question):
    """Who disbelieves what was explained says so, whatever she tells of herself with it: "that cannot be, I
    am on wifi all day"."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        asked = (turn.memory("work") or {}).get("asking") == self.slot
        if said is not None or turn.pressed_a_button or not asked:
            return said
        return WRONG if any(DISBELIEVES.search(each) for each in _clauses(turn.text)) else None


@dataclass(frozen=True)
class WhichCharge(AmountQuestion):
    """By its amount, unless that is what she had expected to pay; else by what was used."""

    def mentioned(self, turn: Turn) -> str | None:
        said = super().mentioned(turn)
        told = (EXPECTED, OWNED)
        if turn.pressed_a_button or (said and not any(is_told_as(each, said, turn.text) for each in told)):
            return said
        about_it = turn.intent in self.intents or (turn.memory("work") or {}).get("task") in self.intents
        return _use_in(turn.text) if about_it else None


def _use_in(text: str) -> str | None:
    """ "Data" of "the extra data is not mine", "usage" of any; None when she names several kinds of use."""
    named = [kind & words(text) for kind in USED if kind & words(text)] or [ANY_USE & words(text)]
    return min(named[0]) if len(named) == 1 and named[0] else None


async def explained(turn: Turn, answers: Answers) -> list[Option]:
    """Tells the bill, and what is different from the one before; then asks whether it is wrong."""
    if answers.get("explained") != answers["invoice_number"]:
        answers["explained"] = answers["invoice_number"]
        if not turn.pressed_a_button:
            answers["reason"] = turn.text[:500]
        await _explain(turn, answers["invoice_number"])
        if not turn.pressed_a_button and (NEVER_ORDERED.search(plain(turn.text)) or _says_so_already(turn)):
            return [Option(WRONG, WRONG_TITLE[turn.language])]
    return [Option(WRONG, WRONG_TITLE[turn.language]), Option(RIGHT, RIGHT_TITLE[turn.language])]


def _says_so_already(turn: Turn) -> bool:
    """ "I am not agreeing to this extra data charge", before it is explained."""
    meaning, sure = turn.at("asked.dispute_charge.wrong")
    return meaning.startswith("choose:") and sure >= SURELY_WRONG and "?" not in turn.text


def judged(turn: Turn) -> str | None:
    """For `hear`: her words before a plain yes or no. "No, that is wrong" is no no."""
    if turn.does("asks_why"):
        return None
    clauses = _clauses(turn.text)
    if any(SAYS_WRONG.search(each) or DISBELIEVES.search(each) for each in clauses):
        return WRONG
    if any(SAYS_RIGHT.search(each) for each in clauses):
        return RIGHT
    if turn.intent == "affirm":
        return WRONG if PLAINLY & words(turn.text) else RIGHT
    return RIGHT if turn.intent in ("deny", "thank") else None


def _clauses(text: str) -> list[str]:
    return [plain(each) for each in re.split(r"[,.;:!?\n]+", text)]


async def _explain(turn: Turn, number: str) -> None:
    bill = await turn.app.bill_explained(number)
    lines = [f"{each['text']}: {each['amount_text']}. {each['explanation']}" for each in bill["lines"]]
    turn.say("utter_bill_explained", sentence=bill["sentence"], lines=listed(lines))
    if causes := bill["causes"][:MOST_CAUSES]:
        told = [f"{each['text']}: {each['amount_text']}" for each in causes]
        turn.say("utter_bill_causes", causes=listed(told))
    if bill["owed_besides_text"]:
        turn.say("utter_owed_besides", amount=bill["owed_besides_text"])


async def charges(turn: Turn, answers: Answers) -> list[Option]:
    """Those for use alone, where she says that she did not use it; what made the bill higher, where she
    says nothing of it."""
    bill = await turn.app.bill_explained(answers["invoice_number"])
    found = [each for each in bill["lines"] if each["can_be_disputed"]]
    of_use = [each for each in found if any(kind & words(each["text"]) for kind in USED)]
    says_which = ((turn.memory("work") or {}).get("said") or {}).get("charge_id")
    if of_use and not turn.pressed_a_button and NOT_USED.search(plain(turn.text)):
        found = of_use
    elif not (says_which or turn.pressed_a_button or turn.points_at or _of_some_charge(turn.text)):
        found = _of_causes(found, bill["causes"]) or found
    return [
        Option(each["charge_id"], f"{each['text']} · {each['amount_text']}", _called(each)) for each in found
    ]


def _of_some_charge(text: str) -> bool:
    """Whether one is wrong of which she only says that, or one that she ordered never."""
    return bool(SOME_CHARGE & words(text)) or NEVER_ORDERED.search(plain(text)) is not None


def _of_causes(charges: Sequence[Answer], causes: Sequence[Answer]) -> list[Answer]:
    """Those that are as much as one of the differences to the bill before."""
    more = {each["amount"] for each in causes}
    return [each for each in charges if each["amount"] in more]


def _called(charge: Answer) -> list[str]:
    """By its amount, and by what was used."""
    said = words(charge["text"])
    used = [name for kind in USED if kind & said for name in sorted(kind)]
    return [*as_names(charge["amount"]), *used, *(sorted(ANY_USE) if used else [])]


class DisputeCharge(Task):
    intent = "dispute_charge"
    akin = ("network_problem", "check_usage", "buy_addon", "request_refund", "ticket_status")
    questions = (
        which_bill(),
        IsItWrong(
            "wrong",
            "utter_ask_wrong",
            options=explained,
            hear=judged,
            free=True,
            takes_the_only_one=True,
            replies={"understood": RIGHT, "declines": RIGHT, "solved": RIGHT},
            leaves=RIGHT,
        ),
        WhichCharge(
            "charge_id",
            "utter_ask_charge",
            entity="amount",
            options=charges,
            none="utter_no_charge",
            takes_the_only_one=True,
            needed=lambda answers: answers.get("wrong") == WRONG,
            about="cargo cobro cobranca charge",
            intents=("dispute_charge",),
        ),
    )

    def aside(self, turn: Turn) -> str:
        """Who only insists is asked which one once more."""
        if not turn.pressed_a_button and MEANWHILE.search(plain(turn.text)):
            return "utter_dispute_holds"
        asks_which = (turn.memory("work") or {}).get("asking") == "charge_id"
        insists = asks_which and not turn.pressed_a_button and SAYS_WRONG.search(plain(turn.text))
        return "utter_noted" if insists else super().aside(turn)

    def agrees(self, turn: Turn, answers: Answers) -> bool:
        """ "No estoy de acuerdo, quiero que lo revisen" insists on what was proposed."""
        return (
            not turn.pressed_a_button
            and "?" not in turn.text
            and INSISTS.search(plain(turn.text)) is not None
        )

    def says_of(self, asked: str, answers: Answers) -> str:
        if answers.get("wrong") == WRONG:
            return "utter_dispute_holds" if asked in ("asks_risk", "asks_how") else ""
        return "utter_bill_is_all" if asked in ("asks_why", "asks_risk") else ""

    def says_before(self, asked: str, answers: Answers) -> str:
        about_when = asked == "asks_when" and answers.get("wrong") == WRONG
        return "utter_case_to_be" if about_when else super().says_before(asked, answers)

    def leads(self, asked: str, answers: Answers) -> str:
        """What is not disputed is to be paid: how much, and when."""
        about_paying = asked in ("asks_when", "asks_price", "asks_done")
        return "check_balance" if about_paying and answers.get("wrong") != WRONG else ""

    def ends_in(self, answers: Answers) -> str:
        return "dispute_charge" if answers["wrong"] == WRONG else ""

    async def wanted(self, turn: Turn, answers: Answers) -> Answer:
        return {
            "invoice_number": answers["invoice_number"],
            "charge_id": answers["charge_id"],
            "reason": answers.get("reason", ""),
        }

    async def tell(self, turn: Turn, answers: Answers) -> None:
        turn.say("utter_glad_explained")
