"""How a text goes out by SMS: in which alphabet, and in how many segments. Pure; GSM 03.38."""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each
_ONE = {"GSM-7": 160, "UCS-2": 70}
_EACH_OF_MANY = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """`length` in units of the alphabet; `left` in the last segment."""

    alphabet: str
    count: int
    length: int
    left: int


def segments(text: str) -> Segments:
    alphabet = "GSM-7" if all(sign in _BASIC or sign in _EXTENDED for sign in text) else "UCS-2"
    widths = [_width(sign, alphabet) for sign in text]
    length = sum(widths)
    if length <= _ONE[alphabet]:
        return Segments(alphabet, 1 if text else 0, length, _ONE[alphabet] - length)
    count, used = _filled(widths, _EACH_OF_MANY[alphabet])
    return Segments(alphabet, count, length, _EACH_OF_MANY[alphabet] - used)


def _width(sign: str, alphabet: str) -> int:
    if alphabet == "GSM-7":
        return 2 if sign in _EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1


def _filled(widths: list[int], size: int) -> tuple[int, int]:
    """No character is cut in two: one that does not fit begins the next segment."""
    count, used = 1, 0
    for width in widths:
        if used + width > size:
            count, used = count + 1, 0
        used += width
    return count, used
