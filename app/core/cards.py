"""Finding payment card numbers in what people write, and cutting them to their last four. Pure.

A card number is a run of whole digit groups, in any script and with any separators, that has a
brand's beginning and length and passes Luhn. IMEI (15 digits), ICCID (begins with 89), IMSI and
phone numbers do not have a brand's beginning at a brand's length, so they are left alone.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Digits, with at most four signs that are neither letters nor digits between two of them.
_RUN = re.compile(r"\d(?:[\W_]{0,4}\d)*")
_GROUP = re.compile(r"\d+")
_LENGTHS = range(19, 12, -1)
_LONGEST_PHONE = 15
_MOST_TOLD = 8
_GROUP_SIZES = range(3, 10)


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
    digits = _ascii_digits(text)
    pieces, kept_to = [], 0
    for start, end in _found(digits):
        pieces += [text[kept_to:start], f"•••• {_only_digits(digits[start:end])[-4:]}"]
        kept_to = end
    return "".join([*pieces, text[kept_to:]])


def may_be_part(text: str) -> bool:
    """Whether this could be a piece of a number that is sent in several messages."""
    digits = len(_only_digits(_ascii_digits(text)))
    return 2 <= digits <= _LENGTHS[0] and len(text) <= 3 * digits + 10


def may_be_under_way(texts: Sequence[str]) -> bool:
    """Whether these bare groups of digits, one message each, may be growing into a card number of
    which more is told already than the first eight digits."""
    if not all(is_bare_group(text) for text in texts):
        return False
    digits = "".join(_only_digits(_ascii_digits(text)) for text in texts)
    begins = any(brand.begins.match(digits) for brand in _BRANDS)
    return begins and _MOST_TOLD < len(digits) <= _LENGTHS[0]


def is_bare_group(text: str) -> bool:
    """Three to nine digits and no word: so a card's number is broken up, a telephone's is not."""
    digits = _ascii_digits(text)
    wordless = not any(sign.isalpha() or sign == "•" for sign in digits)
    return wordless and len(_only_digits(digits)) in _GROUP_SIZES


def without_split_numbers(texts: Sequence[str]) -> list[str]:
    """Consecutive messages with every card number cut that runs from one into the next."""
    joined = "\n".join(texts)
    spans = _found(_ascii_digits(joined))
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
            digits = _only_digits(_ascii_digits(text[first - here[0] : last - here[0]]))
            shown = f"•••• {digits[-4:]}" if last == end else "••••"
            text = text[: first - here[0]] + shown + text[last - here[0] :]
    return text


def _found(text: str) -> list[tuple[int, int]]:
    return [span for run in _RUN.finditer(text) for span in _in_run(text, run)]


def _in_run(text: str, run: re.Match[str]) -> list[tuple[int, int]]:
    if text[: run.start()].endswith("+") and len(_only_digits(run[0])) <= _LONGEST_PHONE:
        return []
    groups = [
        (run.start() + group.start(), run.start() + group.end())
        for group in _GROUP.finditer(run[0])
    ]
    spans, first = [], 0
    while first < len(groups):
        last = _card_from(text, groups, first)
        if last is None:
            first += 1
        else:
            spans.append((groups[first][0], groups[last][1]))
            first = last + 1
    return spans


def _card_from(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """The index of the group that ends a card number beginning at group `first`."""
    number = ""
    best = None
    for index in range(first, len(groups)):
        start, end = groups[index]
        number += text[start:end]
        if len(number) > _LENGTHS[0]:
            break
        if _is_card(number):
            best = index
    return best


def _is_card(number: str) -> bool:
    known = any(len(number) in brand.lengths and brand.begins.match(number) for brand in _BRANDS)
    return known and passes_luhn(number)


def passes_luhn(digits: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
    )


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)
