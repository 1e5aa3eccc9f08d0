"""The operator's customers and their lines, registered by the services on the day each joined."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.catalog.models import Mode, Service
from app.core import clock
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers import queries as customers_queries
from app.customers import service as customers
from app.customers.models import Account, Customer, CustomerKind
from app.demo import names
from app.demo.cast import CAST, CastLine, CastMember
from app.demo.operator import HOMES, Home
from app.subscriptions.models import Line
from app.subscriptions.service import lines
from app.usage import service as usage

MOBILE_OFFERS = ("starter-5gb", "plus-20gb", "max-unlimited")
FIRST_CREDIT = {"MX": "500", "BR": "150", "IN": "800"}


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who will become a customer on a day."""

    joins_at: datetime
    member: CastMember


def joiners(count: int, *, start: datetime, end: datetime, seed: int) -> list[Joiner]:
    """The cast at the very start, then `count` others, most of them early; by day of joining."""
    dice = random.Random(seed)
    everybody = [
        Joiner(start + timedelta(hours=1), replace(each, billing_day=each.billing_day_for(end)))
        for each in CAST
    ]
    serial = 0
    for home in HOMES:
        for _ in range(round(count * home.share)):
            serial += 1
            late = min(dice.expovariate(1 / 20), 150)
            moment = start + timedelta(hours=2, days=late)
            everybody.append(Joiner(moment, _member(home, serial, dice)))
    return sorted(everybody, key=lambda each: each.joins_at)


def _member(home: Home, serial: int, dice: random.Random) -> CastMember:
    firsts, lasts = names.FIRST[home.code].split(), names.LAST[home.code].split()
    first, last = dice.choice(firsts), dice.choice(lasts)
    family = f"{last} {dice.choice(lasts)}" if home.code != "IN" else last
    phone = f"{names.MOBILE_PREFIX[home.code]}7{serial:07d}"
    return CastMember(
        story="",
        market=home.code,
        kind=CustomerKind.PERSON,
        name=f"{first} {family}",
        email=f"{_plain(first)}.{_plain(last)}{serial}@example.com",
        phone=phone,
        language=home.language,
        city=dice.choice(home.cities),
        password="",
        billing_day=dice.randint(1, 28),
        lines=tuple(_lines(phone, serial, dice)),
    )


def _lines(phone: str, serial: int, dice: random.Random) -> Iterator[CastLine]:
    mode = dice.choice((Mode.PREPAID, Mode.POSTPAID))
    yield CastLine(Service.MOBILE, mode, phone, dice.choice(MOBILE_OFFERS))
    if dice.random() < 0.10:
        offer = dice.choice(("fibra-300", "fibra-600"))
        yield CastLine(Service.FIBRE, Mode.POSTPAID, f"FTTH-{serial:06d}", offer)
    if dice.random() < 0.05:
        yield CastLine(Service.TV, Mode.POSTPAID, f"TV-{serial:06d}", "tv-mix")


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()


def join(joiner: Joiner) -> tuple[Customer, list[Line]]:
    """Register the customer and open the lines, under the clock of that moment."""
    member = joiner.member
    with clock.moved_to(joiner.joins_at):
        customer = customers.register(
            by=SYSTEM,
            market_code=member.market,
            kind=member.kind,
            name=member.name,
            email=member.email,
            phone=member.phone,
            language=member.language,
            city=member.city,
            segment="enterprise" if member.kind is CustomerKind.COMPANY else "consumer",
            password=member.password or None,
            billing_day=member.billing_day,
        )
        account = customers_queries.accounts_of(customer.id)[0]
        return customer, [_open(account, each) for each in member.lines]


def _open(account: Account, wanted: CastLine) -> Line:
    line = lines.open_line(
        account.id,
        by=SYSTEM,
        service=wanted.service,
        mode=wanted.mode,
        number=wanted.number,
        offer_code=wanted.offer,
    )
    if wanted.mode is Mode.PREPAID:
        credit = Money.of(FIRST_CREDIT[line.market_code], account.currency)
        usage.top_up(line.id, credit, by=SYSTEM, effect_key=f"welcome:{line.id}")
    return line
