"""assignment: of ten thousand waiting tickets the right one is offered to who came free.

200 agents with 100 of them coming free each second, whose work is another process's, as it is
where Dialtone runs; a decision is one `distribute` over all that came free since the last.
Reference: in its place the bare `UPDATE … FOR UPDATE SKIP LOCKED` that
takes the oldest row of the same queue, without skills.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
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
from benchmarks.statistics import analyze
from tests.factories.identity import StaffFactory

DAYS = 1
AGENTS, WAITING = 200, 10_000
RATE, SECONDS = 100, 15
LANGUAGES = (["es"], ["es", "en"], ["es", "pt"], ["en", "pt"])

_OLDEST = text(
    "UPDATE ticket SET reopened = reopened WHERE id = (SELECT id FROM ticket WHERE status = 'new'"
    " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
)


def measure(stage: Stage) -> Iterator[Figure]:
    _desk()
    while service.distribute(by=SYSTEM):
        _accept()
    analyze()
    url = stage.stack.database_url
    ours = _at_rate(url, lambda: service.distribute(by=SYSTEM))
    bare = _at_rate(url, _take_oldest)
    yield Figure(
        "assignment",
        ours["decision_ms"]["p95"],
        "ms p95 of a decision",
        bare["decision_ms"]["p95"],
        {**ours, "a_second": RATE, "agents": AGENTS, "waiting": WAITING},
    )


def _at_rate(url: str, decide: Callable[[], Any]) -> dict[str, Any]:
    """How long decisions took, and how long after an agent came free one had looked at her: who
    comes free meanwhile is in the next one. And by how much the last came free later than planned,
    in seconds."""
    apart = get_context("spawn")
    came_free: SimpleQueue[tuple[float, float]] = apart.SimpleQueue()
    waited: list[float] = []
    took: list[float] = []
    others = apart.Process(target=_others_work, args=(url, came_free))
    others.start()
    while len(waited) < RATE * SECONDS:
        moments = [came_free.get()]
        while not came_free.empty():
            moments.append(came_free.get())
        began = time.perf_counter()
        decide()
        now = time.perf_counter()
        took.append(now - began)
        waited.extend(now - moment for moment, _planned in moments)
    others.join()
    moment, planned = moments[-1]
    told = {"decision_ms": spread(took), "offered_after_ms": spread(waited)}
    return {**told, "decisions": len(took), "late_s": round(moment - planned, 3)}


def _others_work(url: str, came_free: SimpleQueue[tuple[float, float]]) -> None:
    """Agents accept what they are offered; each hundredth of a second one has solved a ticket.
    Tells these moments, and when they were planned."""
    db.connect(url, pool_size=1)
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        planned = began + number / RATE
        time.sleep(max(0.0, planned - time.perf_counter()))
        _accept()
        _solve_one()
        came_free.put((time.perf_counter(), planned))


def _take_oldest() -> None:
    with db.transaction():
        db.session.execute(_OLDEST)


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


def _accept() -> None:
    """Whoever is asked accepts at once."""
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
