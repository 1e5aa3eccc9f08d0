"""Who may have an offer or a discount, and why not, in words. No session, no clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from app.catalog.models import Mode, Service
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.money import Money

LARGEST = 100_000
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A line in use and the plan on it.

    `price` is a month's (postpaid) or of the `days` that it is valid (prepaid).
    """

    line_id: UUID
    subscription_id: UUID
    service: Service
    mode: Mode
    offer_code: str
    name: str
    price: Money
    days: int | None = None

    @property
    def price_of_month(self) -> Money:
        """Of 30 days, where the plan is sold by days."""
        return (
            Money(self.price.amount * 30 / self.days, self.price.currency)
            if self.days
            else self.price
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an account on a day of its market."""

    market_code: str
    currency: str
    segment: str
    city: str
    on: date
    customer_since: date
    account_since: date
    lines: tuple[Held, ...] = ()

    @property
    def tenure_months(self) -> int:
        """Whole months since the customer came."""
        since, on = self.customer_since, self.on
        months = (on.year - since.year) * 12 + on.month - since.month
        return max(0, months - (on.day < since.day))

    @property
    def account_days(self) -> int:
        return max(0, (self.on - self.account_since).days)


@dataclass(frozen=True, slots=True)
class Conditions:
    """All must hold; what is empty or None asks for nothing. Bounds are inclusive."""

    markets: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    without_plans: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    min_tenure_months: int | None = None
    max_tenure_months: int | None = None
    min_account_days: int | None = None
    max_account_days: int | None = None
    min_lines: int | None = None
    max_lines: int | None = None


ANYBODY = Conditions()
LISTS = tuple(each.name for each in fields(Conditions) if each.default == ())
BOUNDS = tuple(each.name for each in fields(Conditions) if each.default is None)


def conditions_of(stored: Mapping[str, Any]) -> Conditions:
    """Raises Invalid naming the condition that is none."""
    read: dict[str, Any] = {}
    for name, value in stored.items():
        if name not in {*LISTS, *BOUNDS}:
            raise Invalid(field=name)
        read[name] = _names(name, value) if name in LISTS else _bound(name, value)
    if not set(read.get("services", ())) <= {each.value for each in Service}:
        raise Invalid(field="services")
    return Conditions(**read)


def stored(conditions: Conditions) -> dict[str, Any]:
    """As plain JSON, without what asks for nothing."""
    values = {name: getattr(conditions, name) for name in (*LISTS, *BOUNDS)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value not in {(), None}
    }


def reasons_against(conditions: Conditions, facts: Facts) -> list[str]:
    """Why not, a sentence each, in the language spoken; empty when nothing speaks against it."""
    return [
        reason
        for check in (_place, _belongings, _tenure, _age, _lines)
        for reason in check(conditions, facts)
    ]


def _place(asked: Conditions, facts: Facts) -> Iterator[str]:
    if asked.markets and facts.market_code not in asked.markets:
        yield _("Only in %(markets)s.", markets=", ".join(asked.markets))
    if asked.segments and facts.segment not in asked.segments:
        yield _("Only for customers of the segment %(names)s.", names=", ".join(asked.segments))
    if asked.cities and facts.city.casefold() not in {each.casefold() for each in asked.cities}:
        yield _("Only in %(cities)s.", cities=", ".join(asked.cities))


def _belongings(asked: Conditions, facts: Facts) -> Iterator[str]:
    plans = {held.offer_code for held in facts.lines}
    if asked.plans and not plans & set(asked.plans):
        yield _("Only with one of the plans %(plans)s.", plans=", ".join(asked.plans))
    if unwanted := sorted(plans & set(asked.without_plans)):
        yield _("Not together with %(plans)s.", plans=", ".join(unwanted))
    held = {held.service.value for held in facts.lines}
    if missing := [each for each in asked.services if each not in held]:
        yield _("Only together with %(services)s.", services=", ".join(missing))


def _tenure(asked: Conditions, facts: Facts) -> Iterator[str]:
    months = facts.tenure_months
    if asked.min_tenure_months is not None and months < asked.min_tenure_months:
        yield _(
            "Only from %(needed)s months as a customer on; it is %(months)s now.",
            needed=asked.min_tenure_months,
            months=months,
        )
    if asked.max_tenure_months is not None and months > asked.max_tenure_months:
        needed = asked.max_tenure_months
        yield _("Only in the first %(needed)s months as a customer.", needed=needed)


def _age(asked: Conditions, facts: Facts) -> Iterator[str]:
    days = facts.account_days
    if asked.min_account_days is not None and days < asked.min_account_days:
        yield _(
            "Only for accounts of at least %(needed)s days; this one has %(days)s.",
            needed=asked.min_account_days,
            days=days,
        )
    if asked.max_account_days is not None and days > asked.max_account_days:
        yield _("Only for accounts of at most %(needed)s days.", needed=asked.max_account_days)


def _lines(asked: Conditions, facts: Facts) -> Iterator[str]:
    count = len(facts.lines)
    if asked.min_lines is not None and count < asked.min_lines:
        yield _("Only from %(needed)s lines on; there are %(count)s.", needed=asked.min_lines,
                count=count)  # fmt: skip
    if asked.max_lines is not None and count > asked.max_lines:
        yield _("Only for up to %(needed)s lines; there are %(count)s.", needed=asked.max_lines,
                count=count)  # fmt: skip


def _names(name: str, value: Any) -> tuple[str, ...]:
    fits = isinstance(value, Sequence) and not isinstance(value, str) and len(value) <= LONGEST_LIST
    if not fits or not all(isinstance(each, str) and 0 < len(each) <= 80 for each in value):
        raise Invalid(field=name)
    return tuple(value)


def _bound(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise Invalid(field=name)
    return value
