"""The language of pages behind a link that was sent to somebody who is not signed in."""

from flask import request

from app.core import i18n


def speak(language: str) -> None:
    """Hers, unless the browser has chosen another."""
    if not request.cookies.get("language"):
        i18n.use_language(language)
