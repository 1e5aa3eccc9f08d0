"""A customer's words as a trainer may read them: what they mean, and nobody in them. Pure.

The shape stays, for the model learns from it: a number keeps its length, a mail its sign.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 500
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
# What is left of a card after it was cut to its last four.
_CARD = re.compile(r"[•*·xX]{2,}[\s-]*\d{2,6}|\d{2,6}[\s-]*[•*·]{2,}(?:[\s-]*\d{2,6})?")
# Four digits and more, however they are set apart; years and amounts with them.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){3,}")
_OF_HERSELF = re.compile(
    r"\b(me llamo|mi nombre es|soy la|soy el|a nombre de"
    r"|my name is|my name's|this is|i'm called|in the name of"
    r"|me chamo|meu nome é|meu nome e|em nome de)"
    # The words after are hers as long as they begin with a capital letter.
    r"((?-i:(?:\s+[A-ZÀ-ÖØ-Þ][^\W\d_]*){1,4}))",
    re.IGNORECASE,
)
_NOBODY = "Alex"
_SHORTEST_NAME = 3


def masked(words: str, names: Iterable[str] = ()) -> str:
    """On one line. `names` are those of people we know of in this conversation."""
    told = _one_line(words)
    told = _MAIL.sub("name@example.com", told)
    told = _ADDRESS.sub("example.com", told)
    told = _CARD.sub("0000", told)
    told = _NUMBER.sub(lambda found: re.sub(r"\d", "0", found.group()), told)
    told = _OF_HERSELF.sub(rf"\1 {_NOBODY}", told)
    for name in _parts(names):
        told = re.sub(rf"\b{re.escape(name)}\b", _NOBODY, told, flags=re.IGNORECASE)
    return told[:LONGEST].strip()


def _one_line(words: str) -> str:
    """Digits of any script as ours, so that none slips through; no sign that cannot be seen."""
    plain = "".join(_digit(sign) for sign in unicodedata.normalize("NFKC", words))
    return " ".join(plain.split())


def _digit(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.decimal(sign))
    return "" if kind in {"Cf", "Co", "Cs"} else " " if kind == "Cc" else sign


def _parts(names: Iterable[str]) -> list[str]:
    """The longest first, so that a part never leaves the rest of a longer one."""
    parts = {part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME}
    return sorted(parts, key=len, reverse=True)
