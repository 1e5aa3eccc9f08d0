"""Figures twice: exact for machines, and as the customer reads them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval

from app.api.bot.asking import Asked
from app.core.money import Money
from app.subscriptions import msisdn
from app.subscriptions.models import Line


def exact(money: Money) -> str:
    """`299.00`: at the currency's own exponent."""
    return str(money.rounded().amount)


def spoken(money: Money, asked: Asked) -> str:
    return money.rounded().format(asked.locale)


def unsigned(money: Money) -> Money:
    return Money(abs(money.amount), money.currency) if money else Money(Decimal(0), money.currency)


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def day_text(value: date | None, asked: Asked) -> str | None:
    return format_date(value, format="long", locale=asked.locale) if value else None


def last_day(end: datetime | None, asked: Asked) -> date | None:
    """The last day of a half-open period, in the market's time zone."""
    if end is None:
        return None
    return (end - timedelta(microseconds=1)).astimezone(ZoneInfo(asked.market.timezone)).date()


def period_text(start: date, end: date, asked: Asked) -> str:
    """A half-open period of days, said with its last day."""
    return format_interval(start, end - timedelta(days=1), "yMMMd", locale=asked.locale)


def label(line: Line) -> str:
    """The number as its owner knows it: `55 1234 5678`."""
    return msisdn.for_people(line.number)
