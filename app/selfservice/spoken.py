"""What was written for a screen, as a voice says it plainly: no marks, no addresses, no emoji, and
amounts, dates and quantities in words."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from babel.dates import parse_date
from babel.numbers import NumberFormatError, get_currency_symbol, parse_decimal

from app.core.money import Money
from app.selfservice.wording import Wording

_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")
_URL = re.compile(r"\bhttps?://\S+|\bwww\.\S+")
_BULLET = re.compile(r"^\s*(?:[-*•·–—]|\d{1,2}[.)]|#{1,6})\s+")
_MARKS = re.compile(r"[*_`~|]+")
_NUMBER = r"\d[\d.,\u00a0\u202f]*\d|\d"
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_SHORT_DAY = re.compile(r"\b\d{1,2}/\d{1,2}/\d{4}\b")
_UNITS = {
    "GB": "digital-gigabyte",
    "MB": "digital-megabyte",
    "KB": "digital-kilobyte",
    "min": "duration-minute",
}
_MEASURE = re.compile(rf"({_NUMBER})\s?({'|'.join(_UNITS)})\b")


def spoken(text: str, words: Wording) -> str:
    """One line of whole sentences."""
    plain = _URL.sub("", _LINK.sub(r"\1", text))
    plain = _amounts(plain, words)
    plain = _ISO_DAY.sub(lambda found: _iso_day(found, words), plain)
    plain = _SHORT_DAY.sub(lambda found: _short_day(found, words), plain)
    plain = _MEASURE.sub(lambda found: _measure(found, words), plain)
    lines = (_sentence(line) for line in plain.splitlines())
    return " ".join(line for line in lines if line)


def _sentence(line: str) -> str:
    bare = _MARKS.sub("", _BULLET.sub("", line))
    kept = "".join(each for each in bare if unicodedata.category(each) not in {"So", "Sk", "Cs"})
    whole = " ".join(kept.replace("\ufe0f", "").split())
    if not any(each.isalnum() for each in whole):
        return ""
    return whole if whole[-1] in ".!?:;…" else f"{whole}."


def _amounts(text: str, words: Wording) -> str:
    """`$1,299.50` and `299.50 MXN` of the market's own currency."""
    currency = words.market.currency
    at_home = get_currency_symbol(currency, words.market.locale)
    signs = {get_currency_symbol(currency, words.locale), at_home, currency}
    sign = "|".join(re.escape(each) for each in sorted(signs, key=len, reverse=True))
    before = re.compile(rf"(-?)(?:{sign})\s?({_NUMBER})(?:\s?{currency}\b)?")
    after = re.compile(rf"(-?)(?<![\w.,])({_NUMBER})\s?(?:{sign})(?!\w)")

    def told(found: re.Match[str]) -> str:
        amount = _decimal(found[2], words)
        if amount is None:
            return found[0]
        return words.money(Money(-amount if found[1] else amount, currency))

    return after.sub(told, before.sub(told, text))


def _iso_day(found: re.Match[str], words: Wording) -> str:
    return _said(found[0], lambda: date(*(int(each) for each in found.groups())), words)


def _short_day(found: re.Match[str], words: Wording) -> str:
    return _said(found[0], lambda: parse_date(found[0], locale=words.locale), words)


def _said(text: str, read: Callable[[], date], words: Wording) -> str:
    try:
        return words.day(read())
    except (ValueError, IndexError):
        return text


def _measure(found: re.Match[str], words: Wording) -> str:
    value = _decimal(found[1], words)
    return found[0] if value is None else words.measure(value, _UNITS[found[2]])


def _decimal(text: str, words: Wording) -> Decimal | None:
    try:
        return Decimal(parse_decimal(text, locale=words.locale))
    except NumberFormatError:
        return None
