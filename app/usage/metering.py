"""Rating the records of one line against its plans, buckets and credit. No session, no clock."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.catalog.models import UsageKind
from app.catalog.rates import Rate, Step, Tariff, markup_of, tariff_abroad, tariff_of
from app.core.money import Money
from app.markets.policies import Policies, TariffBoundary
from app.usage import buckets, tariffs
from app.usage.buckets import Drawable
from app.usage.outcome import Outcome, Tap
from app.usage.records import Use
from app.usage.roaming import TapCharge, exchange_rate, home_charge
from app.usage.sessions import cut
from app.usage.tariffs import Calendar, Call, Rated

Spans = list[tuple[int, int]]


class NoRoamingRate(LookupError):
    """Neither the offer nor the visited network says what this use abroad costs."""


@dataclass(frozen=True, slots=True)
class PlanTerm:
    """The rates of a plan in [starts_at, ends_at). `known` are tariffs that were read before, for
    all lines that have the same rates."""

    starts_at: datetime
    ends_at: datetime | None
    rates: Mapping[str, Any]
    known: dict[tuple[UsageKind, str | None], Tariff | None] = field(default_factory=dict)

    def covers(self, moment: datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)

    def tariff(self, kind: UsageKind, number: str | None) -> Tariff | None:
        zones = self.rates.get("zones")
        key = kind, number if zones else None
        if key not in self.known:
            self.known[key] = tariff_of(self.rates, kind, number)
        return self.known[key]

    def tariff_abroad(self, kind: UsageKind, number: str | None, network: str) -> Tariff | None:
        """In the zone of a visited network. Raises NoRoamingRate where the plan prices none."""
        found = tariff_abroad(self.rates, kind, network)
        if found is None:
            raise NoRoamingRate(network)
        return found if isinstance(found, Tariff) else self.tariff(kind, number)


# Of what the plan has no price for: an allowance for abroad is used as far as it goes.
UNPRICED = Tariff(Rate((Step(price=Decimal(0), per=1),)), allowance=False)
_NO_PLAN = PlanTerm(datetime.min.replace(tzinfo=UTC), None, {})


@dataclass(slots=True)
class _Chain:
    """Calls to one number so far that count as one, and when the last of them ended."""

    call: Call
    ends_at: datetime


@dataclass(slots=True)
class Meter:
    """`drawable` are the buckets of each kind; `policies` are the market's at a moment.

    `credit` is the prepaid balance, None for postpaid lines, which pay by invoice. `exchange` are
    the rates of each foreign currency by day.
    """

    currency: str
    plans: Sequence[PlanTerm]
    drawable: Mapping[UsageKind, Sequence[Drawable]]
    calendar: Calendar
    policies: Callable[[datetime], Policies]
    credit: Decimal | None = None
    exchange: Mapping[str, Mapping[date, Decimal]] = field(default_factory=dict)
    # Kinds whose allowances ran out while rating, and when these would have expired.
    exhausted: dict[UsageKind, datetime] = field(default_factory=dict)
    _chains: dict[str, _Chain] = field(default_factory=dict)

    @property
    def every_bucket(self) -> Iterator[Drawable]:
        return chain.from_iterable(self.drawable.values())

    def rate(self, use: Use) -> Outcome:
        """Draw one record from the buckets; what it costs beyond them, rounded once.

        Prepaid credit is taken until it is zero and never further.
        Raises NoExchangeRate and NoRoamingRate, having changed nothing.
        """
        policies = self.policies(use.started_at)
        tariff = self._tariff(use)
        if isinstance(tariff, TapCharge):
            return self._charge_of_abroad(use, tariff, policies)
        drawn: dict[UUID, int] = {}
        if tariff is None:
            self._draw(use, use.quantity, policies, drawn, as_at_home=True)
            return Outcome(Decimal(0), drawn)
        rated, base = self._priced(use, tariff, policies)
        counted = rated.counted - base
        spans = self._draw(use, counted, policies, drawn, as_at_home=tariff.allowance)
        left = rated.only((base + since, base + until) for since, until in spans)
        return self._take_credit(Outcome(self._rounded(left.amount, policies), drawn, left))

    def undo(self, use: Use, drawn: Mapping[UUID, int]) -> None:
        """Give back what a record was drawn from, so that it can be rated in its place."""
        for bucket in self.drawable.get(use.kind, ()):
            bucket.give_back(drawn.get(bucket.id, 0))

    def remember(self, use: Use) -> None:
        """A call that was rated before: those that follow it may be one with it."""
        tariff = self._tariff(use) if use.abroad is None else None
        if isinstance(tariff, Tariff):
            self._join(use, tariff)

    def follows(self, use: Use) -> Call:
        """The call that it is one with, as far as that goes before it; no seconds for none."""
        tariff = self._tariff(use) if use.abroad is None else None
        alone = Call(use.started_at, 0)
        return self._join(use, tariff)[1] if isinstance(tariff, Tariff) else alone

    def looks_back(self, use: Use) -> timedelta:
        """How long before a record there may be calls that it is one with."""
        at_home = use.kind is UsageKind.VOICE and use.abroad is None
        tariff = self._tariff(use) if at_home else None
        within = tariff.concat_within if isinstance(tariff, Tariff) else 0
        return timedelta(seconds=within)

    def _tariff(self, use: Use) -> Tariff | TapCharge | None:
        """Where only the visited network has a price, an allowance for there goes before it; where
        nobody has one, whatever comes while there is such an allowance is taken from that."""
        plan = self._plan(use.started_at)
        if use.abroad is None:
            return plan.tariff(use.kind, use.other_party)
        try:
            return plan.tariff_abroad(use.kind, use.other_party, use.abroad.network)
        except NoRoamingRate:
            valid = buckets.valid_at(self._good(use, as_at_home=False), use.started_at)
            charge = use.abroad.charge
            if valid and (charge is None or not buckets.used_up(valid)):
                return UNPRICED
            if charge is None:
                raise
            return charge

    def _plan(self, moment: datetime) -> PlanTerm:
        """The one in force; without one nothing is charged."""
        return next((each for each in self.plans if each.covers(moment)), _NO_PLAN)

    def _priced(self, use: Use, tariff: Tariff, policies: Policies) -> tuple[Rated, int]:
        """The whole call that it is part of, and how many units of that came before it."""
        calls = self._join(use, tariff)
        is_call = use.kind is UsageKind.VOICE
        boundary = policies.tariff_boundary if is_call else TariffBoundary.START_RATE
        whole, before = (
            tariffs.price(call, tariff, self.calendar, boundary=boundary) for call in calls
        )
        return whole, before.counted

    def _join(self, use: Use, tariff: Tariff) -> tuple[Call, Call]:
        """The call with this record, and without it."""
        alone = Call(use.started_at, use.quantity), Call(use.started_at, 0)
        at_home = use.kind is UsageKind.VOICE and use.abroad is None
        if not (at_home and tariff.concat_within and use.other_party):
            return alone
        last = self._chains.get(use.other_party)
        within = timedelta(seconds=tariff.concat_within)
        if last is None or use.started_at - last.ends_at > within:
            whole, before = alone
        else:
            before = last.call
            whole = Call(before.started_at, before.seconds + use.quantity)
        self._chains[use.other_party] = _Chain(whole, use.ends_at)
        return whole, before

    def _good(self, use: Use, *, as_at_home: bool) -> list[Drawable]:
        network = use.abroad.network if use.abroad else None
        drawable = self.drawable.get(use.kind, ())
        return buckets.good_in(drawable, network, as_at_home=as_at_home)

    def _draw(
        self,
        use: Use,
        quantity: int,
        policies: Policies,
        drawn: dict[UUID, int],
        *,
        as_at_home: bool,
    ) -> Spans:
        """Take units from the buckets, each at its own moment; the spans that none covered."""
        good = self._good(use, as_at_home=as_at_home)
        ordered = buckets.in_order(good, policies.bucket_order)
        edges = (edge for bucket in ordered for edge in bucket.edges(use.started_at, use.ends_at))
        spans, at = [], 0
        for moment, units in cut(use.started_at, use.ends_at, quantity, edges):
            valid = buckets.valid_at(ordered, moment)
            was_empty = buckets.used_up(valid)
            uncovered = buckets.draw_down(valid, units, moment, drawn)
            if not was_empty and buckets.used_up(valid):
                self.exhausted[use.kind] = max(bucket.expires_at for bucket in valid)
            at += units
            if uncovered:
                spans.append((at - uncovered, at))
        return spans

    def _charge_of_abroad(self, use: Use, charge: TapCharge, policies: Policies) -> Outcome:
        day = use.started_at.astimezone(ZoneInfo(self.calendar.timezone)).date()
        known = {day: Decimal(1)} if charge.currency == self.currency else {}
        rate = exchange_rate(self.exchange.get(charge.currency, known) or known, day)
        markup = markup_of(self._plan(use.started_at).rates)
        amount = self._rounded(home_charge(charge, rate, markup=markup), policies)
        return self._take_credit(Outcome(amount, {}, tap=Tap(charge, rate, markup, day)))

    def _rounded(self, amount: Decimal, policies: Policies) -> Decimal:
        return Money(amount, self.currency).rounded(policies.money_rounding).amount

    def _take_credit(self, outcome: Outcome) -> Outcome:
        if self.credit is None or not outcome.charged:
            return outcome
        taken = min(outcome.charged, self.credit)
        self.credit -= taken
        return outcome.limited_to(taken)
