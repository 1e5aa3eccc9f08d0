"""The words of the outside world in its three languages, and money as each of them writes it."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.numbers import format_currency

LANGUAGES = ("es", "pt", "en")
NAMES = {"es": "Español", "pt": "Português", "en": "English"}

_WORDS = Path(__file__).parent / "words"
_LOCALES = {"es": "es_MX", "pt": "pt_BR", "en": "en_US"}


@cache
def words(language: str) -> dict[str, str]:
    content: dict[str, str] = json.loads((_WORDS / f"{language}.json").read_text("utf-8"))
    return content


def nearest(wanted: str | None, otherwise: str) -> str:
    """One of ours for a tag such as `pt-BR` or `es_MX`, or the other."""
    language = (wanted or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else otherwise


def money(amount: str, currency: str, language: str) -> str:
    """English writes rupees the Indian way (₹1,50,000.00)."""
    at_home = language == "en" and currency == "INR"
    locale = "en_IN" if at_home else _LOCALES[language]
    return format_currency(Decimal(amount), currency, locale=locale)
