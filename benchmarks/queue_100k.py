"""queue_100k: the server's time for the queue while 100,000 tickets are open, half of them waiting
in three markets; of an agent of all of them, with one of one market beside it.

Reference: the same rows read by plain psycopg and put into JSON.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

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
TICKETS = 100_000
_BATCH = 5_000


def measure(stage: Stage) -> Iterator[Figure]:
    markets = sorted(db.session.scalars(select(Market.code)))[:3]
    _fill(markets)
    stage.run("web")
    everywhere = measured(stage, "/desk/queue", cookie_of(StaffFactory(markets=markets)))
    one = measured(stage, "/desk/queue", cookie_of(StaffFactory(markets=markets[:1])))
    list_page = measured(stage, "/desk/tickets", cookie_of(StaffFactory(markets=markets)))
    details = {
        "open_tickets": TICKETS,
        **everywhere.told(),
        "one_market_ms": round(one.server_ms, 2),
        "list_ms": round(list_page.server_ms, 2),
    }
    yield Figure("queue_100k", everywhere.server_ms, "ms", everywhere.rows_ms, details)


def _fill(markets: list[str]) -> None:
    now, dice = clock.now(), random.Random(7)
    customers = list(db.session.scalars(select(Customer.id)))
    for first in range(0, TICKETS, _BATCH):
        rows = [
            _ticket(number, now, dice, markets, customers)
            for number in range(first, first + _BATCH)
        ]
        with db.transaction():
            bulk.insert(Ticket, rows)
    analyze("ticket")


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
        "subject": "No signal at home",
        "topic": dice.choice(list(Topic)),
        "priority": dice.choice(list(Priority)),
        "language": dice.choice(["es", "en", "pt"]),
        "status": dice.choice([Status.NEW, Status.NEW, Status.OPEN, Status.PENDING]),
        "context": {"intent": "network_problem"},
        "summary": "Since last night",
        "resolution": "",
        "reopened": 0,
        "created_at": opened,
        "respond_by": opened + timedelta(minutes=15),
        "resolve_by": opened + timedelta(days=1),
    }
