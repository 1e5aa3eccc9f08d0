"""What a session may use before it must ask again, and for how long. No session, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision

from app.catalog.models import UsageKind
from app.catalog.rates import Rate, Step, Tariff
from app.core.money import Money
from app.markets.policies import TariffBoundary
from app.usage.metering import UNPRICED, NoRoamingRate, PlanTerm
from app.usage.records import LONGEST_CALL
from app.usage.tariffs import (
    NOTHING,
    Calendar,
    Call,
    Rated,
    Stretch,
    price,
    rate_at,
    stretches,
)

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
# How far ahead of what is asked for the tariff of a call is worked out, in seconds.
_AHEAD = 12 * 60 * 60

# Of what the plan charges nothing for.
FREE = Tariff(Rate((Step(price=Decimal(0), per=1),)))
_EVER = datetime.min.replace(tzinfo=UTC)


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
class Traffic:
    """What a session is of: `other_party` is the number called, `network` the one visited abroad
    (its country and network code)."""

    kind: UsageKind
    other_party: str | None = None
    network: str | None = None

    @property
    def lasts(self) -> bool:
        """Whether its units are the seconds that it takes, at home."""
        return self.kind is UsageKind.VOICE and self.network is None


@dataclass(frozen=True, slots=True)
class Known:
    """The stretches of a tariff that are worked out, and until which unit; None without end."""

    stretches: list[Stretch]
    until: int | None


@dataclass(frozen=True, slots=True)
class Pricing:
    """What a session's units cost, as records: by length, hour and day, in zones, with fees.

    `call` is what it is one with, as far as that goes before it; its tariff counts from there.
    """

    tariff: Tariff
    call: Call
    calendar: Calendar
    boundary: TariffBoundary

    @property
    def connect(self) -> Decimal:
        return rate_at(self.tariff, self.calendar, self.call.started_at).connect

    def known(self, units: int) -> Known:
        """Every stretch; of calls, which are cut where the hour changes, however long they last,
        enough for so many units of the session and some more."""
        found, cut = list[Stretch](), self.boundary is TariffBoundary.SPLIT
        enough = self.call.seconds + min(units + _AHEAD, LONGEST_CALL)
        for each in stretches(self.call.started_at, self.tariff, self.calendar, self.boundary):
            if cut and each.at >= enough:
                return Known(found, each.at)
            found.append(each)
        return Known(found, None)

    def rated(self, used: int, spans: Iterable[tuple[int, int]]) -> Rated:
        """What is to pay of so many units where no allowance gave these spans of them."""
        if self.tariff is FREE or self.tariff is UNPRICED:
            return NOTHING
        before, whole = (
            price(
                Call(self.call.started_at, seconds),
                self.tariff,
                self.calendar,
                boundary=self.boundary,
            )
            for seconds in (self.call.seconds, self.call.seconds + used)
        )
        base = before.counted
        return whole.only((base + since, base + until) for since, until in spans)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a line's sessions cost, as its plan says; true while the plan's version is this one."""

    line_id: UUID
    market_code: str
    version_id: UUID
    rates: Mapping[str, Any]
    currency: str
    # What was read of them: nothing where each number may have a price of its own.
    _read: dict[Any, Tariff | None] = field(default_factory=dict, compare=False, repr=False)

    def tariff(self, traffic: Traffic) -> Tariff:
        """Free where the plan charges nothing, as for records."""
        plan = PlanTerm(_EVER, None, self.rates, {} if self.rates.get("zones") else self._read)
        if traffic.network is None:
            found = plan.tariff(traffic.kind, traffic.other_party)
        else:
            try:
                found = plan.tariff_abroad(traffic.kind, traffic.other_party, traffic.network)
            except NoRoamingRate:
                return UNPRICED
        return FREE if found is None else found

    @property
    def exponent(self) -> int:
        return int(get_currency_precision(self.currency))


def boundary_of(traffic: Traffic, policy: TariffBoundary) -> TariffBoundary:
    """Only calls are split where a tariff changes, as records are."""
    return policy if traffic.kind is UsageKind.VOICE else TariffBoundary.START_RATE
