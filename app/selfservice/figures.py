"""Figures twice: exact for machines, and as the customer reads them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from app.core import clock, dates
from app.core.i18n import gettext as _
from app.core.money import Money
from app.selfservice.asker import Asker
from app.subscriptions import msisdn
from app.subscriptions.models import Line


def exact(money: Money) -> str:
    """`299.00`: at the currency's own exponent."""
    return str(money.rounded().amount)


def spoken(money: Money, asker: Asker) -> str:
    return money.rounded().format(asker.locale)


def unsigned(money: Money) -> Money:
    return Money(abs(money.amount), money.currency) if money else Money(Decimal(0), money.currency)


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def day_text(value: date | None, asker: Asker) -> str | None:
    return format_date(value, format="long", locale=asker.locale) if value else None


def day_of(moment: datetime, asker: Asker) -> date:
    """The day of a moment, by the market's clock."""
    return moment.astimezone(ZoneInfo(asker.market.timezone)).date()


def moment_text(moment: datetime, asker: Asker) -> str:
    """The day of a moment, said: `16 de noviembre de 2026`."""
    return format_date(day_of(moment, asker), format="long", locale=asker.locale)


def last_day(end: datetime | None, asker: Asker) -> date | None:
    """The last day of a half-open period, in the market's time zone."""
    return dates.last_day(end, asker.market.timezone) if end else None


def label(line: Line) -> str:
    """The number as its owner knows it: `55 1234 5678`."""
    return msisdn.for_people(line.number)


def tax_text(asker: Asker) -> str:
    """Whether prices in her market are with its tax."""
    tax = asker.market.tax_name
    if asker.market.policies_at(clock.now()).tax_inclusive:
        return _("%(tax)s is included in the price.", tax=tax)
    return _("%(tax)s is added.", tax=tax)
