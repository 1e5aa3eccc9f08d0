"""Tickets that colleagues solved in the past, after calls and visits: what suggestions learn from.

Nobody writes two hundred by hand: each joins how somebody begins, what happened and how much it
matters to her, as people say it; now and then a colleague put one into another category.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import clock, db
from app.core.actor import Actor
from app.customers.models import Customer
from app.demo.actors import colleague
from app.demo.cases.solved_words import MATTERS, PRESSING, WEIGHTY
from app.tickets import service, setup
from app.tickets.models import Level, TicketType, Topic

EACH = 120  # of a language
_SLIPS = 0.04
_WHO = {"es": ("ana", "diego"), "pt": ("bruno", "diego"), "en": ("chitra",)}
_TOPICS = {"Red": Topic.TECHNICAL, "Facturación": Topic.BILLING, "Cuenta": Topic.ACCOUNT}


@dataclass(frozen=True, slots=True)
class Solved:
    """A ticket as it was opened, and what solved it. `category` is its path."""

    language: str
    category: str
    subject: str
    summary: str
    resolution: str
    impact: Level
    urgency: Level


def invented(language: str, count: int, dice: random.Random) -> Iterator[Solved]:
    """So many, as they come in: the kinds mixed."""
    matters, paths = MATTERS[language], list(MATTERS[language])
    for _ in range(count):
        path = dice.choice(paths)
        matter = matters[path]
        impact, urgency = dice.choice(list(Level)), dice.choice(list(Level))
        told = (
            dice.choice(matter.happened),
            dice.choice(WEIGHTY[language][impact]),
            dice.choice(PRESSING[language][urgency]),
        )
        yield Solved(
            language=language,
            category=dice.choice(paths) if dice.random() < _SLIPS else path,
            subject=dice.choice(matter.begins),
            summary=" ".join(each for each in told if each),
            resolution=dice.choice(matter.solved),
            impact=impact,
            urgency=urgency,
        )


def solve_some(*, seed: int) -> None:
    """Spread over the days since the first of each language's customers came."""
    dice, now = random.Random(seed), clock.now()
    branches = {each.path: each.category.id for each in setup.tree()}
    for language, names in _WHO.items():
        people = _people(language)
        if not people:
            continue
        colleagues = [colleague(name) for name in names]
        days = max(1, (now - people[0].created_at).days - 2)
        for told in invented(language, EACH, dice):
            back = timedelta(days=dice.random() * days + 1)
            with clock.moved_to(now - back):
                somebody = dice.choice(colleagues)
                hers = [each for each in people if somebody.sees_market(each.market_code)]
                fitting = [each for each in hers if each.created_at < clock.now()] or hers[:1]
                if fitting:
                    _solve(told, dice.choice(fitting), somebody, branches)


def _solve(told: Solved, customer: Customer, by: Actor, branches: dict[str, UUID]) -> None:
    ticket = service.open(
        by=by,
        customer_id=customer.id,
        subject=told.subject,
        summary=told.summary,
        topic=_TOPICS[told.category.partition(" ")[0]],
        type_=TicketType.REQUEST,
        category_id=branches[told.category],
        impact=told.impact,
        urgency=told.urgency,
        language=told.language,
    )
    with clock.moved_to(clock.now() + timedelta(minutes=10)):
        service.accept(ticket.id, by=by)
    with clock.moved_to(clock.now() + timedelta(hours=3)):
        service.resolve(ticket.id, by=by, resolution=told.resolution)


def _people(language: str) -> list[Customer]:
    """Some of those who came first, for as long as the past is."""
    query = select(Customer).where(Customer.language == language)
    return list(db.session.scalars(query.order_by(Customer.created_at, Customer.id).limit(80)))
