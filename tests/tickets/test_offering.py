from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select, union_all, update

from app.catalog.models import Service
from app.conversations.models import AgentState, Availability
from app.conversations.service import ownership
from app.core import bulk, clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.tickets import queries, routing, service, workload
from app.tickets.errors import AlreadyAccepted, NotOffered, OfferedElsewhere, TicketNotOpen
from app.tickets.events import OfferEnded, TicketOffered
from app.tickets.models import (
    AgentSkills,
    Distribution,
    Offer,
    OfferAnswer,
    RoutingPlan,
    Status,
    Ticket,
    Topic,
)
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory
from tests.factories.subscriptions import LineFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard


def offering(market_code="MX", **more):
    told = {"accept_within": 30, "relax_after": 120, "costs": {}}
    plan = RoutingPlan(market_code=market_code, distribution=Distribution.OFFER, **{**told, **more})
    db.session.add(plan)
    db.session.flush()
    return plan


def present(**more):
    staff = StaffFactory(**more)
    ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    return staff


def standing():
    query = select(Offer).where(Offer.answer.is_(None)).order_by(Offer.offered_at, Offer.id)
    return list(db.session.scalars(query))


def answers():
    return Counter(db.session.scalars(select(Offer.answer)))


def test_a_waiting_ticket_is_offered_to_one_agent_who_may_accept_it(database):
    ticket, ana = TicketFactory(), present()
    offering()

    with heard(TicketOffered) as said:
        assert service.distribute(by=SYSTEM) == 1
        assert service.distribute(by=SYSTEM) == 0

    [offer] = standing()
    assert (offer.ticket_id, offer.staff_id) == (ticket.id, ana.id)
    assert offer.expires_at - offer.offered_at == timedelta(seconds=30)
    assert [each.staff_id for each in said] == [ana.id]

    service.accept(ticket.id, by=ana.as_actor())

    assert ticket.assignee_id == ana.id
    assert answers() == {OfferAnswer.ACCEPTED: 1}


def test_where_people_pull_nothing_is_offered(database):
    TicketFactory(), present()

    assert service.distribute(by=SYSTEM) == 0
    assert standing() == []


def test_while_it_is_offered_nobody_else_takes_it_and_the_queue_says_to_whom(database):
    ticket, ana = TicketFactory(), present(name="Ana Ruiz")
    offering()
    service.distribute(by=SYSTEM)
    bob = StaffFactory().as_actor()

    with pytest.raises(OfferedElsewhere) as refusal:
        service.accept(ticket.id, by=bob)

    [row] = queries.queue(bob)
    assert str(refusal.value.message) == "It is being offered to Ana Ruiz."
    assert (row.offered_to, row.offered_name) == (ana.id, "Ana Ruiz")
    with pytest.raises(NotOffered):
        service.decline(ticket.id, by=bob)


def test_whoever_passes_it_on_keeps_working_and_the_next_is_asked(database):
    ticket, ana = TicketFactory(), present()
    offering()
    service.distribute(by=SYSTEM)
    beto = present()

    with heard(OfferEnded) as said:
        service.decline(ticket.id, by=ana.as_actor())
    service.distribute(by=SYSTEM)

    assert [each.answer for each in said] == ["declined"]
    assert [each.staff_id for each in standing()] == [beto.id]
    assert db.session.get(AgentState, ana.id).availability is Availability.AVAILABLE


def test_whoever_misses_it_takes_a_break_and_the_next_is_asked(database):
    _ticket, ana = TicketFactory(), present()
    offering()
    service.distribute(by=SYSTEM)
    beto = present()

    with clock.moved_to(clock.now() + timedelta(seconds=31)):
        service.distribute(by=SYSTEM)

        assert [each.staff_id for each in standing()] == [beto.id]
        assert answers()[OfferAnswer.MISSED] == 1
        assert db.session.get(AgentState, ana.id).availability is Availability.BREAK


def test_what_is_offered_to_somebody_who_leaves_goes_to_the_next(database):
    _ticket, ana = TicketFactory(), present()
    offering()
    service.distribute(by=SYSTEM)
    beto = present()

    ownership.set_availability(ana.id, Availability.OFFLINE, by=SYSTEM)
    service.distribute(by=SYSTEM)

    assert [each.staff_id for each in standing()] == [beto.id]
    assert answers()[OfferAnswer.WITHDRAWN] == 1


def test_a_ticket_that_is_done_is_offered_to_nobody(database):
    ticket, _ana = TicketFactory(), present()
    offering()
    service.distribute(by=SYSTEM)

    ticket.status = Status.RESOLVED
    service.distribute(by=SYSTEM)

    assert standing() == []


def test_capacity_counts_what_she_has_and_what_is_offered_to_her_but_not_what_waits(database):
    ana = present()
    having = ConversationFactory(waiting=True)
    TicketFactory(talk=having, status=Status.OPEN, assignee_id=ana.id)
    TicketFactory(status=Status.PENDING, assignee_id=ana.id)
    for _ in range(4):
        TicketFactory()
    offering()

    assert service.distribute(by=SYSTEM) == 2
    assert service.distribute(by=SYSTEM) == 0


def test_her_languages_topics_and_markets_decide(database):
    present(speaks=["pt"], markets=["MX"])
    present(markets=["BR"])
    sales = present()
    db.session.add(AgentSkills(staff_id=sales.id, topics=[Topic.SALES.value], capacity=12))
    TicketFactory()
    wanted = TicketFactory(topic=Topic.SALES)
    offering()

    service.distribute(by=SYSTEM)

    assert [(each.ticket_id, each.staff_id) for each in standing()] == [(wanted.id, sales.id)]


def test_the_one_who_helped_her_last_is_asked_first(database):
    ana, beto = present(), present()
    before = TicketFactory(status=Status.RESOLVED, assignee_id=beto.id)
    again = TicketFactory(talk=before.conversation)
    for _ in range(2):
        TicketFactory(status=Status.OPEN, assignee_id=beto.id)
    offering()

    service.distribute(by=SYSTEM)

    assert [(each.ticket_id, each.staff_id) for each in standing()] == [(again.id, beto.id)]
    assert ana.id != beto.id


def test_a_whole_desk_works_off_its_queue_without_overshoot_doubles_or_starvation(
    committing, in_parallel
):
    """A hundred agents; what is offered is accepted, and solved soon after, by eight hands that
    distribute, accept and solve at the same time."""
    ConversationFactory()  # and with it the market
    offering()
    agents = [present(speaks=["es"] if n % 4 else ["es", "pt"]) for n in range(100)]
    _queue_of(400)
    db.session.commit()
    actors = {each.id: each.as_actor() for each in agents}

    def hand(_number):
        heaviest = 0
        while _waiting():
            service.distribute(by=SYSTEM)
            heaviest = max(heaviest, _heaviest())
            for ticket_id, staff_id in _taken_from_the_table(20):
                with suppress(AlreadyAccepted, TicketNotOpen):
                    service.accept(ticket_id, by=actors[staff_id])
            _solve(60)
        return heaviest

    heaviest = in_parallel(hand, range(8))

    db.session.remove()
    assert all(isinstance(each, int) for each in heaviest), heaviest
    assert max(heaviest) <= routing.USUAL_CAPACITY
    accepted = select(Offer.ticket_id).where(Offer.answer == OfferAnswer.ACCEPTED)
    taken = Counter(db.session.scalars(accepted))
    assert len(taken) == 400
    assert set(taken.values()) == {1}
    assert set(db.session.scalars(select(Ticket.assignee_id))) == set(actors)


def _queue_of(count):
    """As many tickets without a talk, in two languages."""
    first = TicketFactory.build()
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "reference": f"TT-2031-{n:06d}",
            "market_code": "MX",
            "subject": first.subject,
            "topic": Topic.BILLING,
            "priority": first.priority,
            "language": "pt" if n % 5 == 0 else "es",
            "status": Status.NEW,
            "context": {},
            "summary": "",
            "resolution": "",
            "reopened": 0,
            "created_at": now + timedelta(milliseconds=n),
            "respond_by": now,
            "resolve_by": now,
        }
        for n in range(count)
    ]
    bulk.insert(Ticket, rows)


def _waiting():
    with db.transaction():
        return db.session.scalar(select(func.count()).where(Ticket.status == Status.NEW))


def _taken_from_the_table(count):
    with db.transaction():
        query = select(Offer.ticket_id, Offer.staff_id).where(Offer.answer.is_(None))
        return db.session.execute(query.order_by(func.random()).limit(count)).all()


def _heaviest():
    """The most that any agent has and is offered, each ticket counting one."""
    having = select(Ticket.assignee_id).where(Ticket.status == Status.OPEN)
    offered = select(Offer.staff_id).where(Offer.answer.is_(None))
    with db.transaction():
        work = Counter(db.session.scalars(union_all(having, offered)))
    return max(work.values(), default=0)


def _solve(count):
    some = select(Ticket.id).where(Ticket.status == Status.OPEN).limit(count)
    with db.transaction():
        db.session.execute(
            update(Ticket)
            .where(Ticket.id.in_(some.with_for_update(skip_locked=True)))
            .values(status=Status.RESOLVED)
        )


def test_what_sleeps_is_offered_to_nobody_and_is_no_load(database):
    ana = present()
    asleep, mine = TicketFactory(), TicketFactory(status=Status.OPEN, assignee_id=ana.id)
    offering()
    service.distribute(by=SYSTEM)
    later = clock.now() + timedelta(hours=1)

    for each in (asleep, mine):
        service.snooze(each.id, later, by=ana.as_actor())
    service.distribute(by=SYSTEM)

    assert answers() == {OfferAnswer.WITHDRAWN: 1}
    assert workload.loads([ana.id])[ana.id] == 0
    state = db.session.get(AgentState, ana.id, populate_existing=True)
    assert state.availability is Availability.AVAILABLE


def test_a_role_of_the_operator_s_own_making_lets_her_take_tickets_too(database):
    ana = present(roles=["role:night"], custom_permissions=["tickets.accept"])
    TicketFactory()
    offering()

    service.distribute(by=SYSTEM)

    assert [each.staff_id for each in standing()] == [ana.id]


def test_who_knows_the_service_is_asked_first_and_the_others_after_a_while(database):
    fibre, mobile = present(), present()
    for staff, served in ((fibre, "fibre"), (mobile, "mobile")):
        db.session.add(AgentSkills(staff_id=staff.id, topics=[], services=[served], capacity=4))
    first, second = TicketFactory(service=Service.FIBRE), TicketFactory(service=Service.FIBRE)
    offering()

    service.distribute(by=SYSTEM)
    assert [(each.ticket_id, each.staff_id) for each in standing()] == [(first.id, fibre.id)]

    with clock.moved_to(clock.now() + timedelta(seconds=121)):
        ownership.set_availability(fibre.id, Availability.OFFLINE, by=SYSTEM)
        service.distribute(by=SYSTEM)
        assert {each.staff_id for each in standing()} == {mobile.id}
    assert second.id != first.id


def test_a_ticket_is_about_the_service_of_its_line_or_of_all_that_she_has(database):
    mobile = LineFactory()
    customer = mobile.customer
    about_all = service.open(
        by=SYSTEM, subject="No signal", topic=Topic.TECHNICAL, customer_id=customer.id
    )
    account = mobile.account
    fibre = LineFactory(service=Service.FIBRE, account=account)

    about = [
        service.open(
            by=SYSTEM,
            subject="No signal",
            topic=Topic.TECHNICAL,
            customer_id=customer.id,
            context=context,
        ).service
        for context in ({}, {"line_id": str(fibre.id)}, {"line_id": "no line"})
    ]

    assert about_all.service is Service.MOBILE
    assert about == [None, Service.FIBRE, None]
