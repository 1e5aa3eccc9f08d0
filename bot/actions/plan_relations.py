"""A plan that she calls by what it is to another: to her other line's, or to the one she has."""

import re
from collections.abc import Sequence

from actions.app_client import Answer
from actions.plain import plain

SAME, ABOVE, BELOW, SMALLER = "same-as-another", "next-above", "next-below", "any-below"
_HERS = "(?:mine|me|my|mi[ao]?|yo|meu|minha|mim|have|tengo|tenho)"
_THE = r"(?:el|la|al|o|ao|pro|the) (?:(?:plan|plano) )?"
_STEP = r"(?:one|a|un|um) (?:step|level|escalon|degrau|nivel) (?:(?:mas|mais) )?"
_NO_TIME = r"(?! (?:mes|month|ciclo|cycle|periodo|ano|year|bill|factura|fatura|recibo))"
SAID = {
    SAME: re.compile(
        r"\b(?:same|igual|mesmo|mismo)(?: (?:plan|plano|one))?"
        r"(?: (?:as|that|like|que|q|de|do|a|ao|al|to|el|la|o|the|i|yo|eu))* " + _HERS + r"\b"
    ),
    BELOW: re.compile(
        rf"\b(?:(?:the )?next (?:plan |one )?(?:down|lower|below)"
        rf"|{_STEP}(?:down|lower|below|abajo|abaixo|menos)"
        rf"|{_THE}(?:de abajo|de baixo|(?:logo )?abaixo))\b"
    ),
    ABOVE: re.compile(
        rf"\b(?:{_THE}(?:que sigue|siguiente|seguinte|proximo|next){_NO_TIME}"
        rf"|next (?:plan|one|up|higher|bigger)|{_STEP}(?:up|higher|above|arriba|acima)"
        rf"|{_THE}(?:de arriba|de cima|(?:logo )?acima))\b"
    ),
}

# "Quiero bajar de plan", "a cheaper plan": any that costs less than hers.
LESS = re.compile(
    r"\bdowngrad\w+"
    r"|\b(?:baj\w+|rebaj\w+|reduc\w+|disminu\w+|baix\w+|rebaix\w+|reduz\w+|diminu\w+|lower)"
    r"(?: \w+){0,2} plano?\b"
    r"|\b(?:smaller|lower|cheaper) plan\b"
    r"|\b(?:plan(?:es|os?)?|algo|something|uno?|um) (?:que (?:sea|seja) )?"
    r"(?:(?:mas|mais) (?:barat\w+|economic\w+|chic\w+|pequen\w+|em conta)|menos caro|cheaper|smaller|menor)\b"
)


def relation_in(text: str) -> str | None:
    said = plain(text)
    return next((name for name, pattern in SAID.items() if pattern.search(said)), None)


def wants_less(text: str) -> bool:
    return LESS.search(plain(text)) is not None


def by_relation(plans: Sequence[Answer], lines: Sequence[Answer], line_id: str) -> dict[str, list[str]]:
    """The codes of the plan that her other lines have, of those beside the one that this line has, and of all
    below that; `plans` come cheapest first."""
    codes = [each["code"] for each in plans]
    others = {each["plan"]["code"] for each in lines if each["id"] != line_id and each.get("plan")}
    others &= set(codes)
    called = {SAME: list(others)} if len(others) == 1 else {}
    place = next((place for place, each in enumerate(plans) if each.get("current")), None)
    if place is not None and place + 1 < len(codes):
        called[ABOVE] = [codes[place + 1]]
    if place:
        called[BELOW], called[SMALLER] = [codes[place - 1]], codes[:place]
    return called
