"""A code of six digits in what somebody writes or says: `123 456`, "es 123456", "um dois três…".

Pure. Asked only while a code is awaited, so a number that merely looks like one costs a try.
"""

import re
import unicodedata
from dataclasses import dataclass

DIGITS = 6
# Longer texts tell of something else.
_LONGEST = 120
_MOST_OTHER_WORDS = 8
# So few or so many digits and nothing else are a code that was mistyped.
_MISTYPED = range(4, 9)
_COVER = "•"
_SPOKEN = {
    word: str(value)
    for value, words in enumerate(
        (
            "zero cero oh",
            "one uno una um uma",
            "two dos dois duas",
            "three tres",
            "four cuatro quatro",
            "five cinco",
            "six seis meia",
            "seven siete sete",
            "eight ocho oito",
            "nine nueve nove",
        )
    )
    for word in words.split()
}
_BETWEEN = {"y", "e", "and"}
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """`code` is None for what was meant as one and cannot be. `covered` is what may be kept."""

    code: str | None
    covered: str


def typed(text: str) -> Typed | None:
    """None for a text that is about something else."""
    if len(text) > _LONGEST:
        return None
    digits, others = _read(_TOKEN.findall(_plain(text)))
    if len(digits) == DIGITS and others <= _MOST_OTHER_WORDS:
        return Typed(digits, _covered(text))
    if len(digits) in _MISTYPED and not others:
        return Typed(None, _covered(text))
    return None


def _read(tokens: list[str]) -> tuple[str, int]:
    """The digits of the longest unbroken run, and how many other words there are. A second number
    makes it no code: then nobody can tell which is meant."""
    runs, others, broken = [""], 0, True
    for token in tokens:
        said = token if token.isdigit() else _SPOKEN.get(token)
        if said is not None:
            if broken and runs[-1]:
                runs.append("")
            runs[-1] += said
            broken = False
        elif token not in _BETWEEN:
            others, broken = others + 1, True
    # "um código" and "es una clave" have an article that is no digit.
    long = [run for run in runs if len(run) > 1]
    return (long[0], others) if len(long) == 1 else ("", others)


def _covered(text: str) -> str:
    """Spoken digits leave nothing of the text: which of its words were digits tells the code."""
    if any(sign.isdecimal() for sign in text):
        return "".join(_COVER if sign.isdecimal() else sign for sign in text)
    return _COVER * DIGITS


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in apart if not unicodedata.combining(sign))
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in kept)
