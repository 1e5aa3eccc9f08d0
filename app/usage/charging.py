"""What a session may use before it must ask again, and for how long. No session, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision

from app.catalog.models import UsageKind
from app.catalog.rates import Step, tariff_of
from app.core.money import Money
from app.usage.tariffs import Calendar, rate_at

# Asked for nothing in particular: 10 MiB, a minute, a message.
USUAL: Mapping[UsageKind, int] = {
    UsageKind.DATA: 10 * 1024**2,
    UsageKind.VOICE: 60,
    UsageKind.SMS: 1,
}
# Who has not been heard of for so long is taken to be gone.
VALIDITY = timedelta(minutes=30)
LONGEST_KEY = 200
# What one request can report or want: a petabyte.
MOST = 2**50

_FREE = Step(price=Decimal(0), per=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be used now. `granted` in bytes, seconds or messages, on top of what was reported.

    `final`: no more will come, the session must end when it is used. `paid` is what the session
    has cost so far, `balance` what is left beside what it holds.
    """

    session: str
    granted: int
    final: bool
    valid_for: timedelta
    paid: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Price:
    """What units cost beyond the allowances, and whether these count at all."""

    step: Step
    allowance: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line's sessions cost, as its plan says; true while the plan's version is this one."""

    line_id: UUID
    market_code: str
    version_id: UUID
    rates: Mapping[str, Any]
    currency: str

    def price(
        self, kind: UsageKind, other_party: str | None, at: datetime, calendar: Calendar
    ) -> Price:
        """In the zone of the other party, free where the plan charges nothing, as for records.

        A session keeps the unit price that it begins with: the first step of the rate in force
        then. What else a tariff may have, such as fees for being connected, later steps or other
        hours, is for records only.
        """
        tariff = tariff_of(self.rates, kind, other_party)
        if tariff is None:
            return Price(_FREE)
        return Price(rate_at(tariff, calendar, at).steps[0], tariff.allowance)

    @property
    def exponent(self) -> int:
        return int(get_currency_precision(self.currency))
