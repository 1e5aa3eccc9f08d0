"""The language and locale a page is written in, and the formats that follow from it."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from flask import Flask, g, request
from flask_babel import Babel
from jinja2 import pass_context
from jinja2.runtime import Context

from app.core import clock, dates, i18n
from app.markets.queries import markets_of

UTC = "UTC"
LOCALES = {"en": "en_US", "es": "es_MX", "pt": "pt_BR"}


def choose_language() -> None:
    """What the cookie says, else what the browser asks for."""
    wanted = request.cookies.get("language") or request.accept_languages.best_match(i18n.LANGUAGES)
    i18n.use_language(wanted or "en")


def locale() -> str:
    return LOCALES[i18n.language()]


def timezone() -> str:
    """The clock of the market that the page is about, else of the only one that the reader works
    in, else UTC."""
    if "timezone" not in g:
        known = markets_of(g.actor) if "actor" in g else []
        g.timezone = known[0].timezone if len(known) == 1 else UTC
    return str(g.timezone)


def day(value: date | datetime | None, width: str = "medium") -> str:
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(timezone())).date()
    return format_date(value, format=width, locale=locale())


def last_day(end: datetime | None, width: str = "medium") -> str:
    return day(end and dates.last_day(end, timezone()), width)


def period(start: date, end: date, width: str = "medium") -> str:
    return dates.period_text(start, end, locale(), short=width == "short")


def moment(value: datetime | None, width: str = "short") -> str:
    if value is None:
        return "—"
    tz = ZoneInfo(timezone())
    return _of_no_place(format_datetime(value, format=width, tzinfo=tz, locale=locale()))


def hour(value: datetime | None) -> str:
    """`2:32 PM`, for what is over today."""
    if value is None:
        return "—"
    tz = ZoneInfo(timezone())
    return _of_no_place(format_time(value, format="short", tzinfo=tz, locale=locale()))


def _of_no_place(text: str) -> str:
    """Nobody takes UTC for the clock on her wall."""
    return f"{text} {UTC}" if timezone() == UTC else text


def ago(value: datetime | None) -> str:
    if value is None:
        return "—"
    return format_timedelta(value - clock.now(), add_direction=True, locale=locale())


def iso(value: str) -> datetime:
    """A moment that is kept as ISO 8601 in JSON."""
    return datetime.fromisoformat(value)


def _stopping_once(say: Callable[..., str]) -> Callable[..., str]:
    """The sentences of templates, which Jinja fills in by itself."""

    @pass_context
    @wraps(say)
    def said(context: Context, *args: Any, **params: Any) -> str:
        return i18n.stopped_once(say(context, *args, **params))

    return said


def speak(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(i18n.DIRECTORY)
    Babel(app, locale_selector=locale, timezone_selector=timezone)
    app.before_request(choose_language)
    words: dict[str, Any] = app.jinja_env.globals
    words |= {name: _stopping_once(words[name]) for name in ("gettext", "ngettext")}
    app.jinja_env.filters.update(
        day=day, last_day=last_day, period=period, moment=moment, hour=hour, ago=ago, iso=iso
    )
    app.jinja_env.globals.update(language=i18n.language, languages=i18n.LANGUAGES, locale=locale)
