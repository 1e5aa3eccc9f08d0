"""Figures as people read them: 1 h 05 min, 83.3 %, and what groups are called."""

from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from app.conversations.activity import CHANNELS
from app.core import i18n
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.insights.definition import Days, Definition, Dimension
from app.insights.measures import Measure, Unit
from app.insights.reporting import Row

NONE = "—"
_LOCALES = {"en": "en_US", "es": "es_MX", "pt": "pt_BR"}
_DAY = 86400
TOPICS: dict[str, Any] = {
    "billing": lazy("Billing"),
    "technical": lazy("Technical"),
    "sales": lazy("Sales"),
    "account": lazy("Account"),
    "other": lazy("Other"),
}
DIMENSIONS: dict[Dimension, Any] = {
    Dimension.HOUR: lazy("Hour"),
    Dimension.DAY: lazy("Day"),
    Dimension.WEEK: lazy("Week"),
    Dimension.MONTH: lazy("Month"),
    Dimension.HOUR_OF_DAY: lazy("Hour of the day"),
    Dimension.MARKET: lazy("Market"),
    Dimension.CHANNEL: lazy("Channel"),
    Dimension.TEAM: lazy("Team"),
    Dimension.AGENT: lazy("Agent"),
    Dimension.TOPIC: lazy("Topic"),
}
_NOTHING: dict[Dimension, Any] = {
    Dimension.CHANNEL: lazy("Without a conversation"),
    Dimension.TEAM: lazy("No team"),
    Dimension.AGENT: lazy("Nobody"),
    Dimension.TOPIC: lazy("No topic"),
}


def _locale() -> str:
    return _LOCALES[i18n.language()]


def value_text(measure: Measure, value: float | None) -> str:
    if value is None:
        return NONE
    if measure.unit is Unit.SECONDS:
        return length_text(value)
    if measure.unit is Unit.SHARE:
        return format_percent(value, format="#,##0.0 %", locale=_locale())
    shape = "#,##0" if measure.unit is Unit.COUNT else "#,##0.0"
    return format_decimal(value, format=shape, locale=_locale())


def length_text(seconds: float) -> str:
    """In the two largest units that say it: 42 s, 3 min 05 s, 2 h 10 min, 3 d 04 h."""
    whole = round(seconds)
    if whole < 60:
        shape = "#,##0.#" if seconds < 10 else "#,##0"
        return f"{format_decimal(seconds, format=shape, locale=_locale())} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    if whole < _DAY:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // _DAY} d {whole % _DAY // 3600:02} h"


def days_text(days: Days) -> str:
    first, last = (
        format_date(day, format="medium", locale=_locale()) for day in (days.since, days.last)
    )
    return first if days.since == days.last else f"{first} – {last}"


def name_text(definition: Definition, row: Row) -> str:
    return " · ".join(names_of(definition, row))


def names_of(definition: Definition, row: Row) -> list[str]:
    return [
        key_text(dimension, key, name)
        for dimension, key, name in zip(definition.by, row.keys, row.names, strict=True)
    ]


def channel_text(channel: str) -> str:
    return str(CHANNELS.get(channel, channel or NONE))


def key_text(dimension: Dimension, key: str, name: str) -> str:
    """What people read for a group; `name` is that of a team, agent or market."""
    if not name:
        return str(_NOTHING.get(dimension, NONE))
    if dimension is Dimension.CHANNEL:
        return channel_text(key)
    if dimension is Dimension.TOPIC:
        return str(TOPICS.get(key, key))
    if dimension in {Dimension.DAY, Dimension.WEEK}:
        text = format_date(date.fromisoformat(key), format="medium", locale=_locale())
        return _("Week of %(day)s", day=text) if dimension is Dimension.WEEK else text
    if dimension is Dimension.MONTH:
        return format_date(date.fromisoformat(f"{key}-01"), format="MMMM y", locale=_locale())
    return name
