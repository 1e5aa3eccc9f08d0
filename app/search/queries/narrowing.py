"""Filters that several kinds share."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict

from sqlalchemy import Select

from app.conversations.models import Conversation
from app.search.asked import Asked
from app.tickets.models import Ticket


def narrowed(query: Select[Any], model: type[Conversation | Ticket], asked: Asked) -> Select[Any]:
    """To the market, language and state that were chosen."""
    if asked.market:
        query = query.where(model.market_code == asked.market)
    if asked.language:
        query = query.where(model.language == asked.language)
    if asked.status:
        query = query.where(model.status == asked.status)
    return query


def within_days(query: Select[Any], column: Any, asked: Asked) -> Select[Any]:
    """From the first moment of `since` to the last one of `until`, in UTC."""
    days = days_of(asked)
    if days["since"] is not None:
        query = query.where(column >= days["since"])
    if days["until"] is not None:
        query = query.where(column < days["until"])
    return query


class Days(TypedDict):
    since: datetime | None
    until: datetime | None


def days_of(asked: Asked) -> Days:
    """From when to before when, in UTC."""
    return {
        "since": _midnight(asked.since) if asked.since else None,
        "until": _midnight(asked.until + timedelta(days=1)) if asked.until else None,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
