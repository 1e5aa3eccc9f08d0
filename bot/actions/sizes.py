"""The small one, the middle one, the big one, of what is told cheapest first."""

import re

from actions.holding_back import not_refused
from actions.plain import CLAUSES, plain, words

SMALL = words(
    "small smaller smallest little chico chica chiquito chiquita pequeno pequena menor mini minimo minima"
)
CHEAP = words("cheap cheaper cheapest least barato barata baratito baratita baratinho baratinha economico")
LITTLE = SMALL | CHEAP
MIDDLE = words("middle medium medio mediano mediana meio intermedio intermediario between enmedio")
BIG = words("big bigger large larger grande expensive caro cara")
BIGGEST = words("biggest largest most mayor maior grandote")
_SIZES = {"little": LITTLE, "middle": MIDDLE, "much": BIGGEST}


def size_of(text: str) -> str:
    """`little`, `middle` or `much`; empty where she names none of them, or two. Of more than two none is
    just big."""
    said = words(text)
    found = [name for name, called in _SIZES.items() if called & said]
    return found[0] if len(found) == 1 else ""


BIG_ONE, BIGGEST_ONE, LONGEST_ONE = "bigger", "biggest", "longest"
_NO_PACK = r"(?! (?:parte|problem\w+|de (?:mis|las|los|minhas|meus|nuestr\w+))\b)"  # "la mayor de mis hijas"
_THE = r"\b(?:the|el|la|al|o|a|ao|pro) (?:(?:pack|pacote|paquete|one) )?"
# "El grande", "the bigger one": it points at one.
_THE_BIG = re.compile(
    rf"{_THE}(?P<most>(?:mas|mais) )?(?:big|bigger|large|larger|grande|grandote|grandota|grandao|car[oa])\b"
    rf"{_NO_PACK}"
)
_THE_BIGGEST = re.compile(
    rf"\b(?:biggest|largest)\b|{_THE}(?:mayor|maior)\b{_NO_PACK}"
    r"|\b(?:the one|el|la|al|o|a|ao) (?:que (?:tem|tiene|trae|da)|de|com|con|with) (?:the )?"
    r"(?:mas|mais|more|most) (?:gigas?|gb|datos|dados|data|internet)\b"
)


def big_one_in(text: str) -> str | None:
    """What she calls the big one she points at: BIGGEST_ONE of all, or BIG_ONE, which it is of two."""
    said = [plain(each) for each in not_refused(CLAUSES.split(text))]
    if any(map(_THE_BIGGEST.search, said)):
        return BIGGEST_ONE
    found = next(filter(None, map(_THE_BIG.search, said)), None)
    if found is None:
        return None
    return BIGGEST_ONE if found["most"] else BIG_ONE


# "The longer one", "el que dura más": of what lasts for some days.
_THE_LONGEST = re.compile(
    rf"{_THE}(?:(?:mas|mais) )?(?:long|longer|longest|larg[oa]|long[oa]|duradero|duradouro)\b"
    r"|\b(?:the one|el|la|al|o|a|ao) (?:que|that|which|de|com|con|with) (?:(?:me|the) )?"
    r"(?:(?:dura|dure|lasts?) (?:mas|mais|more|most|longer|longest)"
    r"|(?:mas|mais|more|most) (?:dias|days|tiempo|tempo))\b"
)


def longest_one_in(text: str) -> str | None:
    """Whether she points at the one that lasts longest: LONGEST_ONE."""
    said = [plain(each) for each in not_refused(CLAUSES.split(text))]
    return LONGEST_ONE if any(map(_THE_LONGEST.search, said)) else None
