"""Questions without what tells who asked: addresses, links and numbers are cut. Pure rules."""

import re

LONGEST = 200
CUT = "…"
# Three digits in a row, also apart by signs that people write in numbers: 55 1234-5678, +52 (55).
_NUMBER = re.compile(r"[+(]?\d(?:[\s().\-/]*\d){2,}\)?")
_ADDRESS = re.compile(r"\S+@\S*|\b(?:https?://|www\.)\S+")
_NAME = re.compile(
    r"\b(my name is|i am called|me llamo|mi nombre es|meu nome é|meu nome e|me chamo)\s+"
    r"\w+(?:\s+[A-ZÁÉÍÓÚÑÇÃÕ]\w+)*",
    re.IGNORECASE,
)


def cut(question: str) -> str:
    """One line, in lower case, with `…` where something was; empty when nothing is left."""
    plain = "".join(sign for sign in question if sign.isprintable() or sign.isspace())
    for pattern in (_ADDRESS, _NAME, _NUMBER):
        plain = pattern.sub(CUT, plain)
    line = " ".join(plain.split()).lower()[:LONGEST].strip()
    return line if any(sign.isalpha() for sign in line) else ""
