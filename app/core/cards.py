"""Finding payment card numbers in what people write, and cutting them to their last four. Pure.

A card number is a run of whole digit groups, in any script and with any separators, that has a
brand's beginning and length and passes Luhn. IMEI (15 digits), ICCID (begins with 89), IMSI and
phone numbers do not have a brand's beginning at a brand's length, so they are left alone.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

# Digits, with at most six signs that are neither letters nor digits between two of them; so many
# at a time as fit into little memory.
_RUN = re.compile(r"\d(?:[\W_]{0,6}\d){0,9999}")
# The digits of all scripts, raised, lowered and encircled ones too.
_DIGITS = {
    code: str(digit)
    for code in range(0x80, 0x20000)
    if (digit := unicodedata.digit(chr(code), None)) is not None
}
# What takes no room, or stands on the sign before it: however many, they separate nothing.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
_GROUP = re.compile(r"\d+")
SHORTEST, _LONGEST = 13, 19
_LONGEST_PHONE = 15
_MOST_TOLD = 8
_GROUP_SIZES = range(3, 10)
# So many digits tell the brand.
_TELLING = 6
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


@dataclass(frozen=True, slots=True)
class _Brand:
    begins: re.Pattern[str]
    lengths: frozenset[int]


def _brand(pattern: str, *lengths: int) -> _Brand:
    return _Brand(re.compile(pattern), frozenset(lengths))


_BRANDS = (
    _brand(r"4", 13, 16, 19),  # Visa, Elo
    _brand(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", 16),  # Mastercard
    _brand(r"3[47]", 15),  # American Express
    _brand(r"30[0-5]|3[689]", 14),  # Diners Club
    _brand(r"35(2[89]|[3-8])", 16, 17, 18, 19),  # JCB
    _brand(r"6011|65|64[4-9]|60[2-9]|636368|81|82|508", 16),  # Discover, RuPay, Elo, Hipercard
    _brand(r"62", 16, 17, 18, 19),  # UnionPay
    _brand(r"50|5[6-8]|6[0-9]", 16, 18, 19),  # Maestro
)


def without_card_numbers(text: str) -> str:
    """The text with `•••• 1111` in place of every card number."""
    digits = ascii_digits(text)
    pieces, kept_to = [], 0
    for start, end in _found(digits):
        pieces += [text[kept_to:start], f"•••• {_only_digits(digits[start:end])[-4:]}"]
        kept_to = end
    return "".join([*pieces, text[kept_to:]])


def may_be_part(text: str) -> bool:
    """Whether this could be a piece of a number that is sent in several messages."""
    digits = len(_only_digits(ascii_digits(text)))
    return 2 <= digits <= _LONGEST and len(text) <= 3 * digits + 10


def may_be_under_way(texts: Sequence[str]) -> bool:
    """Whether these bare groups of digits, one message each, may be growing into a card number of
    which more is told already than the first eight digits."""
    if not all(is_bare_group(text) for text in texts):
        return False
    digits = "".join(_only_digits(ascii_digits(text)) for text in texts)
    begins = any(brand.begins.match(digits) for brand in _BRANDS)
    return begins and _MOST_TOLD < len(digits) <= _LONGEST


def is_bare_group(text: str) -> bool:
    """Three to nine digits and no word: so a card's number is broken up, a telephone's is not."""
    digits = ascii_digits(text)
    wordless = not any(sign.isalpha() or sign == "•" for sign in digits)
    return wordless and len(_only_digits(digits)) in _GROUP_SIZES


def without_split_numbers(texts: Sequence[str]) -> list[str]:
    """Consecutive messages with every card number cut that runs from one into the next."""
    joined = "\n".join(texts)
    spans = _found(ascii_digits(joined))
    cleared, offset = [], 0
    for text in texts:
        here = (offset, offset + len(text))
        cleared.append(_cleared(text, here, spans))
        offset = here[1] + 1
    return cleared


def _cleared(text: str, here: tuple[int, int], spans: list[tuple[int, int]]) -> str:
    """`here` is where the text stands, as the spans count. Only its last part keeps digits."""
    for start, end in reversed(spans):
        first, last = max(start, here[0]), min(end, here[1])
        if first < last:
            digits = _only_digits(ascii_digits(text[first - here[0] : last - here[0]]))
            shown = f"•••• {digits[-4:]}" if last == end else "••••"
            text = text[: first - here[0]] + shown + text[last - here[0] :]
    return text


def _found(text: str) -> list[tuple[int, int]]:
    seen, places = _seen(text)
    runs = (run for run in _RUN.finditer(seen) if run.end() - run.start() >= SHORTEST)
    spans = [span for run in runs for span in _in_run(seen, run)]
    return [(places[start], places[end - 1] + 1) for start, end in spans]


def _seen(text: str) -> tuple[str, Sequence[int]]:
    """What a reader sees of it, and where each sign of that stands."""
    if text.isascii():
        return text, range(len(text))
    places = [at for at, sign in enumerate(text) if unicodedata.category(sign) not in _UNSEEN]
    return "".join(text[at] for at in places), places


def _in_run(text: str, run: re.Match[str]) -> list[tuple[int, int]]:
    if text.endswith("+", 0, run.start()) and len(_only_digits(run[0])) <= _LONGEST_PHONE:
        return []
    groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
    number = "".join(text[start:end] for start, end in groups)
    # Where the groups begin and end among the digits alone.
    ends = list(accumulate(end - start for start, end in groups))
    begins = [0, *ends[:-1]]
    sums, last_of = _luhn_sums(number), {end: index for index, end in enumerate(ends)}
    spans, free = [], 0
    for first, begin in enumerate(begins):
        for length in _lengths_of(number[begin : begin + _TELLING]) if begin >= free else ():
            last = last_of.get(begin + length)
            if last is not None and _is_luhn(sums, begin, begin + length):
                spans.append((groups[first][0], groups[last][1]))
                free = begin + length
                break
    return spans


@lru_cache(maxsize=2**14)
def _lengths_of(beginning: str) -> tuple[int, ...]:
    """How long a card's number is that begins so, the longest first; none where none does."""
    known = {each for brand in _BRANDS if brand.begins.match(beginning) for each in brand.lengths}
    return tuple(sorted(known, reverse=True))


def _luhn_sums(number: str) -> tuple[bytes, bytes]:
    """The sums modulo 10 up to each digit, with those doubled at even places, and at odd ones."""
    digits = [int(sign) for sign in number]
    sums = []
    for parity in (0, 1):
        values = (
            _DOUBLED[digit] if place % 2 == parity else digit for place, digit in enumerate(digits)
        )
        sums.append(bytes(total % 10 for total in accumulate(values, initial=0)))
    return sums[0], sums[1]


def _is_luhn(sums: tuple[bytes, bytes], begin: int, end: int) -> bool:
    """The last digit is not doubled."""
    up_to = sums[end % 2]
    return up_to[end] == up_to[begin]


def passes_luhn(digits: str) -> bool:
    return _is_luhn(_luhn_sums(digits), 0, len(digits))


def ascii_digits(text: str) -> str:
    """The same signs, with every digit as ASCII writes it."""
    return text if text.isascii() else text.translate(_DIGITS)


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)
