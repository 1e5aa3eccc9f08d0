"""Two hundred agents and ten thousand tickets, worked off by many hands at once."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, union_all, update

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import bulk, clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.tickets import routing, service, workload
from app.tickets.models import (
    Distribution,
    Offer,
    OfferAnswer,
    Priority,
    RoutingPlan,
    Status,
    Ticket,
    TicketType,
    Topic,
)
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.long

AGENTS, ITEMS, HANDS = 200, 10_000, 4


def test_nobody_has_too_much_nothing_is_given_twice_and_all_of_it_is_worked_off(
    committing, in_parallel
):
    ConversationFactory()  # and with it the market
    service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER, accept_within=600)
    for n in range(AGENTS):
        staff = StaffFactory(speaks=["es"] if n % 4 else ["es", "pt"])
        ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    _queue()
    db.session.commit()

    heaviest = in_parallel(_work, range(HANDS))

    db.session.remove()
    assert all(isinstance(each, int) for each in heaviest), heaviest
    assert max(heaviest) <= routing.USUAL_CAPACITY
    taken = Counter(db.session.scalars(select(Offer.ticket_id)))
    assert len(taken) == ITEMS
    assert set(taken.values()) == {1}
    assert db.session.scalar(select(func.count(Ticket.assignee_id.distinct()))) == AGENTS


def test_whenever_somebody_has_room_what_she_could_take_is_offered_at_once(committing):
    ConversationFactory()
    service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER, accept_within=600)
    for n in range(AGENTS):
        staff = StaffFactory(speaks=[("es", "pt", "en")[n % 3]])
        ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    _queue()
    db.session.commit()

    while service.distribute(by=SYSTEM):
        pass

    assert _could_be_taken() == 0
    with db.transaction():
        _accept()
        _solve(7)
    assert _could_be_taken() > 0
    assert service.distribute(by=SYSTEM) == 7
    assert _could_be_taken() == 0


def _queue():
    first, now = TicketFactory.build(), clock.now()
    rows = [
        {
            "id": new_id(),
            "reference": f"TT-2031-{n:06d}",
            "market_code": "MX",
            "subject": first.subject,
            "topic": Topic.BILLING,
            "type": TicketType.REQUEST,
            "priority": list(Priority)[n % 4],
            "language": "pt" if n % 5 == 0 else "es",
            "status": Status.NEW,
            "context": {},
            "fields": {},
            "summary": "",
            "resolution": "",
            "priority_reason": "",
            "reopened": 0,
            "created_at": now + timedelta(milliseconds=n),
            "respond_by": now,
            "resolve_by": now,
        }
        for n in range(ITEMS)
    ]
    bulk.insert(Ticket, rows)


def _work(_hand):
    heaviest = 0
    while True:
        service.distribute(by=SYSTEM)
        with db.transaction():
            heaviest = max(heaviest, _heaviest())
        with db.transaction():
            _accept()
        with db.transaction():
            _solve(800)
        with db.transaction():
            if not db.session.scalar(select(func.count()).where(Ticket.status != Status.RESOLVED)):
                return heaviest


def _accept():
    """Whatever is offered and nobody else accepts at this moment."""
    standing = (
        select(Offer.id, Offer.ticket_id, Offer.staff_id)
        .where(Offer.answer.is_(None))
        .limit(500)
        .with_for_update(skip_locked=True)
    )
    found = db.session.execute(standing).all()
    for staff_id in {each.staff_id for each in found}:
        hers = [each.ticket_id for each in found if each.staff_id == staff_id]
        taken = update(Ticket).where(Ticket.id.in_(hers), Ticket.status == Status.NEW)
        db.session.execute(taken.values(status=Status.OPEN, assignee_id=staff_id))
    ids = [each.id for each in found]
    accepted = {"answer": OfferAnswer.ACCEPTED, "answered_at": clock.now()}
    db.session.execute(update(Offer).where(Offer.id.in_(ids)).values(**accepted))


def _solve(count):
    some = select(Ticket.id).where(Ticket.status == Status.OPEN).limit(count)
    statement = update(Ticket).where(Ticket.id.in_(some.with_for_update(skip_locked=True)))
    db.session.execute(statement.values(status=Status.RESOLVED))


def _heaviest():
    """The most that any agent has and is offered; each ticket counts one."""
    having = select(Ticket.assignee_id).where(Ticket.status == Status.OPEN)
    offered = select(Offer.staff_id).where(Offer.answer.is_(None))
    work = Counter(db.session.scalars(union_all(having, offered)))
    return max(work.values(), default=0)


def _could_be_taken():
    """Tickets nobody is asked about, that somebody with room could take now."""
    with db.transaction():
        plans = {each.market_code: each for each in db.session.scalars(select(RoutingPlan))}
        return len(workload.waiting_for(workload.with_room(), plans))
