"""The alphabet of telephones, GSM 03.38: what it holds, what stands for what it does not hold."""

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_INSTEAD = {
    "₹": "Rs ",
    "·": "-",
    "•": "*",
    "–": "-",
    "—": "-",
    "…": "...",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "´": "'",
    "`": "'",
    "ª": "a",
    "º": "o",
    "\t": " ",
}


def plain(text: str) -> str:
    """The same text in this alphabet: á becomes a, ₹ becomes Rs, the unknown a question mark."""
    return "".join(_sign(sign) for sign in unicodedata.normalize("NFC", text))


def length(text: str) -> int:
    """How many seven-bit places a plain text takes: brackets and the euro take two."""
    return sum(2 if sign in _EXTENDED else 1 for sign in text)


def _sign(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENDED:
        return sign
    if sign in _INSTEAD:
        return _INSTEAD[sign]
    if unicodedata.category(sign)[0] in "CM":
        return ""
    apart = unicodedata.normalize("NFKD", sign)
    kept = "".join(each for each in apart if each in _BASIC)
    return kept or "?"
