"""Figures as a small screen shows them, and as a voice says them plainly."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from app.core import dates
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.money import Money
from app.core.volumes import GIB, MIB, quantity_text
from app.markets.models import Market
from app.subscriptions import msisdn


@dataclass(frozen=True, slots=True)
class Wording:
    """In the language in use. `aloud` is for voices."""

    market: Market
    language: str
    aloud: bool = False

    @property
    def locale(self) -> str:
        return self.market.locale_for(self.language)

    def money(self, money: Money) -> str:
        """`$299.50`; aloud `299 Mexican pesos and 50 cents`."""
        exact = money.rounded()
        return self._coins(exact) if self.aloud else exact.format(self.locale)

    def day(self, day: date) -> str:
        """`Nov 16, 2026`; aloud `November 16, 2026`."""
        return format_date(day, format="long" if self.aloud else "medium", locale=self.locale)

    def last_day(self, end: datetime) -> str:
        """The last day of what ends at a moment, by the market's clock."""
        return self.day(dates.last_day(end, self.market.timezone))

    def quantity(self, kind: str, quantity: int) -> str:
        """`12.6 GB`, `340 min`; aloud `12.6 gigabytes`, `340 minutes`."""
        if not self.aloud:
            return quantity_text(kind, quantity, self.locale)
        if kind == "data":
            unit, size = ("gigabyte", GIB) if quantity >= GIB else ("megabyte", MIB)
            return self.measure(round(Decimal(quantity) / size, 1), f"digital-{unit}")
        if kind == "voice":
            return self.measure(Decimal(quantity // 60), "duration-minute")
        number = format_decimal(quantity, locale=self.locale)
        return ngettext("%(number)s message", "%(number)s messages", quantity, number=number)

    def number(self, number: str) -> str:
        """A telephone number; aloud its digits, one by one."""
        shown = msisdn.for_people(number)
        return " ".join(each for each in shown if each.isdigit()) if self.aloud else shown

    def minutes(self, wait: timedelta) -> str:
        count = max(1, round(wait.total_seconds() / 60))
        return ngettext("%(num)s minute", "%(num)s minutes", count)

    def measure(self, value: Decimal, unit: str) -> str:
        plain = value.to_integral_value() if value == value.to_integral_value() else value
        return str(format_unit(plain, unit, length="long", locale=self.locale))

    def _coins(self, money: Money) -> str:
        amount = abs(money.amount)
        whole = int(amount)
        cents = int((amount - whole) * 100)
        named = format_currency(
            Decimal(whole),
            money.currency,
            format="#,##0",
            locale=self.locale,
            currency_digits=False,
            format_type="name",
        )
        if money.amount < 0:
            named = _("minus %(amount)s", amount=named)
        if not cents:
            return named
        if money.currency == "INR":
            return _("%(whole)s and %(cents)s paise", whole=named, cents=cents)
        return _("%(whole)s and %(cents)s cents", whole=named, cents=cents)
