"""assignment: of ten thousand waiting tickets the right one is offered to who came free.

200 agents with 100 of them coming free each second; a decision is one `distribute`. Reference: the
bare `UPDATE … FOR UPDATE SKIP LOCKED` that takes the oldest row of the same queue, without skills.
"""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import bulk, clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.tickets import service
from app.tickets.models import Distribution, Offer, OfferAnswer, Priority, Status, Ticket, Topic
from benchmarks.figure import Figure
from benchmarks.spread import spread
from benchmarks.stage import Stage
from tests.factories.identity import StaffFactory

DAYS = 1
AGENTS, WAITING = 200, 10_000
RATE, SECONDS = 100, 15
LANGUAGES = (["es"], ["es", "en"], ["es", "pt"], ["en", "pt"])

_OLDEST = text(
    "UPDATE ticket SET reopened = reopened WHERE id = (SELECT id FROM ticket WHERE status = 'new'"
    " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
)


def measure(_stage: Stage) -> Iterator[Figure]:
    _desk()
    while service.distribute(by=SYSTEM):
        _settle(WAITING)
    ours, bare, most = [], [], 0
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        _wait_until(began + number / RATE)
        _solve_one()
        started = time.perf_counter()
        made = service.distribute(by=SYSTEM)
        ours.append(time.perf_counter() - started)
        most = max(most, made)
        _settle(made)
        started = time.perf_counter()
        with db.transaction():
            db.session.execute(_OLDEST)
        bare.append(time.perf_counter() - started)
    decisions = spread(ours)
    yield Figure(
        "assignment",
        decisions["p95"],
        "ms p95 of a decision",
        spread(bare)["p95"],
        {
            "decision_ms": decisions,
            "agents": AGENTS,
            "waiting": WAITING,
            "late_s": round(time.perf_counter() - began - SECONDS, 2),
            "most_at_once": most,
        },
    )


def _desk() -> None:
    for number in range(AGENTS):
        staff = StaffFactory(speaks=LANGUAGES[number % 4], markets=["MX"])
        ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    service.plan_routing(
        "MX", by=SYSTEM, distribution=Distribution.OFFER, accept_within=60, relax_after=120
    )
    now, dice = clock.now(), random.Random(7)
    with db.transaction():
        bulk.insert(Ticket, [_ticket(number, now, dice) for number in range(WAITING)])
        db.session.execute(text("ANALYZE ticket"))


def _ticket(number: int, now: Any, dice: random.Random) -> dict[str, Any]:
    return {
        "id": new_id(),
        "reference": f"TT-2031-{number:06d}",
        "market_code": "MX",
        "subject": "A question",
        "topic": dice.choice(list(Topic)),
        "priority": dice.choice(list(Priority)),
        "language": dice.choice(["es", "es", "en", "pt"]),
        "status": Status.NEW,
        "context": {},
        "summary": "",
        "resolution": "",
        "reopened": 0,
        "created_at": now - timedelta(seconds=number),
        "respond_by": now,
        "resolve_by": now,
    }


def _settle(count: int) -> None:
    """As if whoever was asked had accepted at once; a statement each, outside the timing."""
    if not count:
        return
    offers = select(Offer.ticket_id).where(Offer.answer.is_(None)).scalar_subquery()
    agent = (
        select(Offer.staff_id)
        .where(Offer.ticket_id == Ticket.id, Offer.answer.is_(None))
        .scalar_subquery()
    )
    with db.transaction():
        taken = update(Ticket).where(Ticket.id.in_(offers))
        db.session.execute(taken.values(status=Status.OPEN, assignee_id=agent))
        standing = update(Offer).where(Offer.answer.is_(None))
        db.session.execute(standing.values(answer=OfferAnswer.ACCEPTED, answered_at=clock.now()))


def _solve_one() -> None:
    one = select(Ticket.id).where(Ticket.status == Status.OPEN).limit(1).scalar_subquery()
    with db.transaction():
        db.session.execute(update(Ticket).where(Ticket.id == one).values(status=Status.RESOLVED))


def _wait_until(moment: float) -> None:
    if (left := moment - time.perf_counter()) > 0:
        time.sleep(left)
