"""What was typed into the search, understood. Pure rules."""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_LONGEST_TEXT = 200
_MOST_WORDS = 8
_LONGEST_WORD = 40
# As references, invoices and the like are written: letters, then groups with digits in them.
_REFERENCE = re.compile(r"(?=\D*\d)[A-Z]{1,6}(?:-?[A-Z0-9]{1,10}){1,4}", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?[\d\s().-]{6,32}")
_ICCID = (18, 20)


@dataclass(frozen=True, slots=True)
class Typed:
    """`words` in plain letters; the rest where the whole text is one of these, else empty."""

    text: str
    words: tuple[str, ...] = ()
    reference: str = ""
    email: str = ""
    digits: str = ""

    @property
    def iccid(self) -> str:
        return self.digits if _ICCID[0] <= len(self.digits) <= _ICCID[1] else ""

    @property
    def tsquery(self) -> str:
        """Every word must begin a word; nothing in it can be an operator."""
        return " & ".join(f"'{word}':*" for word in self.words)


def typed(text: str) -> Typed:
    clean = "".join(sign if sign.isprintable() else " " for sign in text)[:_LONGEST_TEXT].strip()
    return Typed(
        text=clean,
        words=tuple(dict.fromkeys(_words(clean)))[:_MOST_WORDS],
        reference=_whole(_REFERENCE, clean).upper(),
        email=_whole(_EMAIL, clean).lower(),
        digits="".join(re.findall(r"[0-9]", _whole(_NUMBER, clean))),
    )


def fold(text: str) -> str:
    """In plain letters and lower case, sign for sign where that is possible."""
    return "".join(_plain(sign) for sign in text)


def _plain(sign: str) -> str:
    apart = unicodedata.normalize("NFD", sign)[:1]
    lowered = apart.lower()
    return lowered if len(lowered) == 1 else sign


def _words(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    return [word[:_LONGEST_WORD] for word in _WORD.findall(fold(composed))]


def _whole(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
