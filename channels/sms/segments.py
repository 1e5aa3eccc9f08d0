"""How many SMS a text takes: in letters of GSM 03.38, or UCS-2 once one is not among them."""

from dataclasses import dataclass
from enum import StrEnum

# The default alphabet and its extension, whose letters take two places. Letters of national
# tables are sent as UCS-2, as all carriers do.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")


class Code(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


ALONE = {Code.GSM7: 160, Code.UCS2: 70}
JOINED = {Code.GSM7: 153, Code.UCS2: 67}  # each names its place in the whole


@dataclass(frozen=True, slots=True)
class Segments:
    """`left` is how many places the last one still has; a letter outside `code` changes it all."""

    code: Code
    count: int
    left: int


def segments(text: str) -> Segments:
    gsm = all(letter in BASIC or letter in EXTENSION for letter in text)
    code = Code.GSM7 if gsm else Code.UCS2
    sizes = [_size(letter, code) for letter in text]
    taken = sum(sizes)
    if taken <= ALONE[code]:
        return Segments(code, 1 if text else 0, ALONE[code] - taken)
    count, last = 1, 0
    for size in sizes:
        if last + size > JOINED[code]:  # no letter is cut in two
            count, last = count + 1, 0
        last += size
    return Segments(code, count, JOINED[code] - last)


def _size(letter: str, code: Code) -> int:
    if code is Code.GSM7:
        return 2 if letter in EXTENSION else 1
    return 2 if ord(letter) > 0xFFFF else 1
