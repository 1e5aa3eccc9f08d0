"""What a use costs by its length, its hour and its day. No session, no clock.

A tariff has windows of the week; a call that crosses from one into another is split there, or
costs what it cost where it began, as the market says (`tariff_boundary`). Times of day are read
in the subscriber's time zone, lengths are elapsed seconds: a clock that is put forward or back
changes neither.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from zoneinfo import ZoneInfo

from app.catalog.rates import Rate, Tariff
from app.markets.policies import TariffBoundary
from app.usage.clock_changes import change_on
from app.usage.rating import increments


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where the subscriber's days begin, and which of them are holidays there."""

    timezone: str
    holidays: Collection[date] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Call:
    """`seconds`, or bytes or messages of what is no call and therefore never split.

    `continues` is a later leg of a call whose connection was charged already.
    """

    started_at: datetime
    seconds: int
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Units from `at` until `end` that have one price, that of the moment `begins_at`.

    Counted in the rule min/inc; the next stretch begins where the last increment is over. The last
    one of all has no end.
    """

    begins_at: datetime
    at: int
    end: int | None
    price: Decimal
    per: int
    minimum: int
    increment: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some units at one price, that of the moment `begins_at`: why it costs what it costs."""

    begins_at: datetime
    counted: int
    price: Decimal
    per: int

    @property
    def amount(self) -> Decimal:
        return self.price * self.counted / self.per


@dataclass(frozen=True, slots=True)
class Rated:
    """`amount` with all its decimals: it is rounded once, for the whole record."""

    connect: Decimal
    parts: tuple[Part, ...]

    @property
    def amount(self) -> Decimal:
        return self.connect + sum((part.amount for part in self.parts), Decimal(0))

    @property
    def counted(self) -> int:
        return sum(part.counted for part in self.parts)

    def only(self, spans: Iterable[tuple[int, int]]) -> "Rated":
        """What is to pay when only these spans of units, half-open, are not given by allowances.

        A call that began in an allowance pays no connection.
        """
        wanted, left, at = list(spans), [], 0
        for part in self.parts:
            for since, until in wanted:
                first, last = max(since, at), min(until, at + part.counted)
                if first < last:
                    left.append(replace(part, counted=last - first))
            at += part.counted
        begins = any(since == 0 < until for since, until in wanted)
        return Rated(self.connect if begins else Decimal(0), tuple(left))

    def beyond(self, covered: int) -> "Rated":
        """What is left to pay when an allowance gave the first `covered` units."""
        return self.only([(covered, self.counted)])


NOTHING = Rated(Decimal(0), ())


def price(
    call: Call,
    tariff: Tariff,
    calendar: Calendar,
    *,
    boundary: TariffBoundary = TariffBoundary.SPLIT,
) -> Rated:
    """What it costs in the tariff's currency, unrounded, before any allowance."""
    if call.seconds <= 0 or call.seconds < tariff.free_below:
        return NOTHING
    connect = rate_at(tariff, calendar, call.started_at).connect
    parts = tuple(_parts(call, tariff, calendar, boundary))
    return Rated(Decimal(0) if call.continues else connect, parts)


def rate_at(tariff: Tariff, calendar: Calendar, moment: datetime) -> Rate:
    """The rate in force. A window for holidays beats one for the weekday."""
    if not tariff.windows:
        return tariff.rate
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    holiday = local.date() in calendar.holidays
    for window in sorted(tariff.windows, key=lambda each: not each.holidays):
        if window.holds(local, holiday=holiday):
            return window.rate
    return tariff.rate


def stretches(
    started_at: datetime, tariff: Tariff, calendar: Calendar, boundary: TariffBoundary
) -> Iterator[Stretch]:
    """What the units of a use that begins then cost, one after the other, however long it lasts.

    An increment that has begun is counted whole at the rate it began with. Without end where the
    tariff has windows.
    """
    splits = boundary is TariffBoundary.SPLIT and bool(tariff.windows)
    at = 0
    while True:
        moment = started_at + timedelta(seconds=at) if splits else started_at
        steps = rate_at(tariff, calendar, moment).steps
        step = [each for each in steps if each.after <= at][-1]
        ends = [each.after for each in steps if each.after > at]
        if splits:
            ends.append(at + _seconds_to_change(tariff, calendar, moment))
        least = step.minimum if at == step.after else step.increment
        end = min(ends) if ends else None
        yield Stretch(moment, at, end, step.price, step.per, least, step.increment)
        if end is None:
            return
        at += increments(end - at, least, step.increment)


def _parts(
    call: Call, tariff: Tariff, calendar: Calendar, boundary: TariffBoundary
) -> Iterator[Part]:
    for each in stretches(call.started_at, tariff, calendar, boundary):
        if each.at >= call.seconds:
            return
        end = call.seconds if each.end is None else min(each.end, call.seconds)
        counted = increments(end - each.at, each.minimum, each.increment)
        yield Part(each.begins_at, counted, each.price, each.per)


def _seconds_to_change(tariff: Tariff, calendar: Calendar, moment: datetime) -> int:
    """Until the next time of day at which some window begins or ends, or the day does.

    Where the clock is put back, a time of day comes twice; where it is put forward, one is
    skipped: a change of the clock is a change, too.
    """
    zone = ZoneInfo(calendar.timezone)
    day = moment.astimezone(zone).date()
    cuts = {time(0)} | {edge for each in tariff.windows for edge in (each.since, each.until)}
    changes = [
        datetime.combine(day + timedelta(days=later), cut.replace(fold=fold), zone).astimezone(UTC)
        for cut in cuts
        for later in (0, 1)
        for fold in (0, 1)
    ]
    if put := change_on(day, calendar.timezone):
        changes.append(put)
    return ceil((min(each for each in changes if each > moment) - moment).total_seconds())
