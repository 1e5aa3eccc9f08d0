"""What an article may be called and hold. Pure rules."""

import re
from collections.abc import Iterable

from app.core.i18n import LANGUAGES
from kb.errors import ArticleInvalid

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_MARKET = re.compile(r"[A-Z]{2}")
# The most characters of each text.
LIMITS = {"title": 200, "summary": 500, "body": 50_000, "search_words": 1_000}
_OPTIONAL = {"search_words"}


def is_slug(slug: str) -> bool:
    return bool(_SLUG.fullmatch(slug)) and len(slug) <= _LONGEST_SLUG


def check_place(slug: str, language: str) -> None:
    """Raises ArticleInvalid."""
    if not is_slug(slug):
        raise ArticleInvalid(field="slug")
    if language not in LANGUAGES:
        raise ArticleInvalid(field="language")


def checked_markets(markets: Iterable[str]) -> list[str]:
    chosen = sorted(set(markets))
    if any(not _MARKET.fullmatch(each) for each in chosen):
        raise ArticleInvalid(field="markets")
    return chosen


def checked(**texts: str) -> dict[str, str]:
    """The texts without space around them. NUL and lone surrogates cannot be stored."""
    for field, value in texts.items():
        storable = "\0" not in value and value.encode(errors="replace").decode() == value
        missing = not value.strip() and field not in _OPTIONAL
        if missing or len(value) > LIMITS[field] or not storable:
            raise ArticleInvalid(field=field)
    return {field: value.replace("\r\n", "\n").strip() for field, value in texts.items()}
