"""Which line a number was at a moment, for many records in one statement."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core import db
from app.customers.models import Account
from app.subscriptions.models import Line
from app.subscriptions.msisdn import country_code

_SPACING = re.compile(r"[\s().\-/]+")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who had a number in [activated_at, closed_at)."""

    line_id: UUID
    customer_id: UUID
    market_code: str
    currency: str
    activated_at: datetime | None
    closed_at: datetime | None

    def had_it_at(self, moment: datetime) -> bool:
        begun = self.activated_at is not None and self.activated_at <= moment
        return begun and (self.closed_at is None or moment < self.closed_at)


class Owners:
    """The owners, past and present, of some numbers of one market's sources."""

    def __init__(self, numbers: Iterable[str], market_code: str) -> None:
        self._market = market_code
        wanted = {written for number in numbers for written in spellings(number, market_code)}
        self._found = owners_of(wanted)

    def of(self, number: str) -> list[Owner]:
        """Those of the market first, then by time."""
        found = (owner for each in spellings(number, self._market) for owner in self._by(each))
        return sorted(found, key=lambda owner: owner.market_code != self._market)

    def _by(self, written: str) -> Iterable[Owner]:
        return self._found.get(written, ())


@lru_cache(maxsize=100_000)
def spellings(number: str, market_code: str) -> tuple[str, ...]:
    """How a number may stand in our tables: as it is, and in E.164 from home or abroad."""
    return tuple(dict.fromkeys(_spellings(number, str(country_code(market_code)))))


def _spellings(number: str, country: str) -> Iterator[str]:
    yield number
    digits = _SPACING.sub("", number)
    if digits.startswith("+"):
        yield digits
        return
    if not (digits.isascii() and digits.isdigit()):
        return
    if digits.startswith("00"):
        yield f"+{digits[2:]}"
        return
    if digits.startswith(country):
        yield f"+{digits}"
    yield f"+{country}{digits.lstrip('0')}"
    yield f"+{digits}"


def owners_of(numbers: Iterable[str]) -> Mapping[str, list[Owner]]:
    """Who has or had these numbers (E.164), by number and time.

    Numbers are indexed from their end; that index knows closed lines too.
    """
    query = (
        select(
            Line.number,
            Line.id,
            Line.customer_id,
            Line.market_code,
            Account.currency,
            Line.activated_at,
            Line.closed_at,
        )
        .join(Account, Account.id == Line.account_id)
        .where(func.reverse(Line.number).in_([number[::-1] for number in numbers]))
        .order_by(Line.activated_at, Line.id)
    )
    found: dict[str, list[Owner]] = defaultdict(list)
    rows: Iterable[Any] = db.session.execute(query)
    for number, *owner in rows:
        found[number].append(Owner(*owner))
    return found
