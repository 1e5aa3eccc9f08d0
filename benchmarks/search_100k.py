"""search_100k: the server's time for the search page over 100,000 tickets and 400,000 messages.

Words that nearly everything says, words that a hundred things say, two words, one exact reference;
the figure is the slowest of them. Reference: the same rows read by plain psycopg and put into JSON.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.conversations.models import Author, Conversation, Message, MessageKind
from app.core import bulk, clock, db
from app.core.ids import new_id
from app.customers.models import Customer
from app.markets.models import Market
from app.tickets.models import Priority, Status, Ticket, TicketType, Topic
from benchmarks.figure import Figure
from benchmarks.page import cookie_of, measured
from benchmarks.stage import Stage
from benchmarks.statistics import analyze
from tests.factories.identity import StaffFactory

DAYS = 1
TICKETS, MESSAGES = 100_000, 400_000
_BATCH = 5_000
_WORDS = [
    "router",
    "signal",
    "bill",
    "roaming",
    "chip",
    "data",
    "plan",
    "charge",
    "refund",
    "line",
    "speed",
    "phone",
    "blocked",
    "number",
    "invoice",
    "paid",
    "portal",
    "fibre",
    "box",
    "card",
    "password",
    "code",
    "email",
    "travel",
    "balance",
    "recharge",
]
QUERIES = {"common": "signal", "rare": "rare77", "two": "router bill", "exact": "TT-2032-004242"}


def measure(stage: Stage) -> Iterator[Figure]:
    markets = sorted(db.session.scalars(select(Market.code)))[:3]
    _fill(markets)
    stage.run("web")
    cookie = cookie_of(StaffFactory(markets=markets, roles=["supervisor"]))
    pages = {
        name: measured(stage, f"/desk/search?q={query}", cookie) for name, query in QUERIES.items()
    }
    slowest = max(pages.values(), key=lambda page: page.server_ms)
    details = {
        "tickets": TICKETS,
        "messages": MESSAGES,
        **{f"{name}_ms": round(page.server_ms, 2) for name, page in pages.items()},
        **slowest.told(),
    }
    yield Figure("search_100k", slowest.server_ms, "ms", slowest.rows_ms, details)


def _fill(markets: list[str]) -> None:
    now, dice = clock.now(), random.Random(7)
    customers = list(db.session.scalars(select(Customer.id)))
    talks = list(db.session.scalars(select(Conversation.id)))
    for first in range(0, TICKETS, _BATCH):
        numbers = range(first, first + _BATCH)
        _insert(Ticket, [_ticket(number, now, dice, markets, customers) for number in numbers])
    for first in range(0, MESSAGES, _BATCH):
        numbers = range(first, first + _BATCH)
        _insert(Message, [_message(number, now, dice, talks) for number in numbers])
    analyze("ticket", "message")


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    with db.transaction():
        bulk.insert(model, rows)


def _said(number: int, dice: random.Random, words: int) -> str:
    """One word in a thousand things, and many that nearly all have."""
    return " ".join([*dice.sample(_WORDS, words), f"rare{number % 1000}"])


def _ticket(
    number: int, now: Any, dice: random.Random, markets: list[str], customers: list[Any]
) -> dict[str, Any]:
    opened = now - timedelta(seconds=dice.randrange(14 * 86_400))
    return {
        "id": new_id(),
        "reference": f"TT-2032-{number:06d}",
        "market_code": dice.choice(markets),
        "customer_id": dice.choice(customers),
        "type": dice.choice(list(TicketType)),
        "subject": _said(number, dice, 3),
        "topic": dice.choice(list(Topic)),
        "priority": dice.choice(list(Priority)),
        "language": dice.choice(["es", "en", "pt"]),
        "status": dice.choice([Status.OPEN, Status.PENDING, Status.CLOSED]),
        "context": {},
        "summary": f"No signal. {_said(number, dice, 8)}",
        "resolution": "",
        "reopened": 0,
        "created_at": opened,
        "respond_by": opened + timedelta(minutes=15),
        "resolve_by": opened + timedelta(days=1),
    }


def _message(number: int, now: Any, dice: random.Random, talks: list[Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "conversation_id": dice.choice(talks),
        "seq": 100_000 + number,
        "kind": MessageKind.TEXT,
        "author": Author.CUSTOMER,
        "author_name": "Valeria",
        "body": _said(number, dice, 10),
        "extra": {},
        "client_key": f"bench-{number}",
        "at": now - timedelta(seconds=dice.randrange(14 * 86_400)),
    }
