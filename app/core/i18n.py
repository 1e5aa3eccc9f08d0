"""The language of the person spoken to, and the marks that make a sentence translatable."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from babel.support import LazyProxy, NullTranslations, Translations

LANGUAGES = ("en", "es", "pt")
DIRECTORY = Path(__file__).resolve().parents[2] / "translations"

Text = TypeVar("Text", bound=str)

# An abbreviation of single letters and a full stop right behind it; an ellipsis is none.
_ABBREVIATION_AND_STOP = re.compile(r"(\b\w\.\s?\w\.)\.(?!\.)")

_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    """The two-letter code of the language in use: en, es or pt."""
    return _language.get()


def use_language(code: str) -> None:
    """Speak this language for the rest of the context; unknown codes become English."""
    _language.set(code if code in LANGUAGES else "en")


@contextmanager
def speaking(code: str) -> Iterator[None]:
    token = _language.set(code if code in LANGUAGES else "en")
    try:
        yield
    finally:
        _language.reset(token)


@cache
def _catalog(code: str) -> NullTranslations:
    return Translations.load(DIRECTORY, [code])


def gettext(message: str, **params: object) -> str:
    """Translate now. Parameters are named: `gettext("Hello %(name)s", name=…)`."""
    text = _catalog(language()).gettext(message)
    return stopped_once(text % params) if params else text


def ngettext(singular: str, plural: str, num: int, **params: object) -> str:
    text = _catalog(language()).ngettext(singular, plural, num)
    return stopped_once(text % {"num": num, **params})


def stopped_once(sentence: Text) -> Text:
    """Where a sentence ends in an abbreviation, such as `5:44 p.m.`, its point ends both."""
    return type(sentence)(_ABBREVIATION_AND_STOP.sub(r"\1", sentence))


def lazy(message: str, **params: object) -> Any:
    """Translate when it is shown. Typed `Any` because it stands wherever a str does."""
    return LazyProxy(gettext, message, enable_cache=False, **params)
