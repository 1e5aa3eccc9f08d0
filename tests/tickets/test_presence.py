"""What agents do, what comes of what they leave, and whose queue it is in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.conversations import queries as conversations
from app.conversations.models import Availability, Message
from app.conversations.models import Status as TalkStatus
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid
from app.core.outbox import OutboxEntry
from app.identity import teams
from app.tickets import queries, service
from app.tickets.models import Distribution, Offer, Status, Topic
from app.tickets.service import handing_back
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory

pytestmark = pytest.mark.usefixtures("database")
MINUTE = timedelta(minutes=1)


def planned(**more):
    MarketFactory()
    return service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER, **more)


def present(**more):
    staff = StaffFactory(**more)
    ownership.set_availability(staff.id, Availability.AVAILABLE, by=SYSTEM)
    return staff


def accepted(by, **more):
    ticket = TicketFactory(**more)
    service.accept(ticket.id, by=by.as_actor())
    return ticket


def test_what_somebody_did_is_kept_from_when_to_when():
    ana, start = StaffFactory(), clock.now() - timedelta(hours=2)
    for minutes, state in ((0, "available"), (50, "break"), (50, "break"), (65, "available")):
        with clock.moved_to(start + minutes * MINUTE):
            ownership.set_availability(ana.id, Availability(state), by=SYSTEM)

    with clock.moved_to(start + 100 * MINUTE):
        spent = conversations.time_in_states([ana.id], start + 10 * MINUTE, clock.now())

    assert spent[ana.id] == {
        Availability.AVAILABLE: 75 * MINUTE,
        Availability.BREAK: 15 * MINUTE,
    }


def test_after_each_talk_she_has_some_time_for_herself_and_is_then_available_again():
    planned(wrap_up=30)
    ana = present()
    ticket, now = accepted(ana), clock.now()

    handing_back.after_talk(ana.id, ticket.market_code)

    assert conversations.availability_of(ana.id) is Availability.WRAP_UP
    with clock.moved_to(now + timedelta(seconds=20)):
        assert ownership.end_what_is_over(by=SYSTEM) == 0
    with clock.moved_to(now + timedelta(seconds=40)):
        assert ownership.end_what_is_over(by=SYSTEM) == 1
        assert conversations.availability_of(ana.id) is Availability.AVAILABLE
        assert ownership.end_what_is_over(by=SYSTEM) == 0


def test_whoever_is_gone_gives_her_chats_back_after_a_while_with_place_and_history():
    planned(hand_back_after=120)
    ana, start = present(), clock.now()
    chat, younger = accepted(ana), TicketFactory(created_at=start + MINUTE)
    mail = accepted(ana, talk=ConversationFactory(channel="email", waiting=True))
    said = db.session.scalar(
        select(func.count()).where(Message.conversation_id == chat.conversation_id)
    )
    ownership.set_availability(ana.id, Availability.OFFLINE, by=SYSTEM)

    with clock.moved_to(start + MINUTE):
        assert service.hand_back() == 0
    with clock.moved_to(start + 3 * MINUTE):
        assert service.hand_back() == 1
        assert service.hand_back() == 0

    assert (chat.status, chat.assignee_id) == (Status.NEW, None)
    assert chat.conversation.status is TalkStatus.WAITING
    assert (queries.position(chat), queries.position(younger)) == (1, 2)
    assert (mail.status, mail.assignee_id) == (Status.OPEN, ana.id)
    assert said < db.session.scalar(
        select(func.count()).where(Message.conversation_id == chat.conversation_id)
    )


def test_whoever_is_back_in_time_keeps_what_she_has():
    planned(hand_back_after=120)
    ana, start = present(), clock.now()
    chat = accepted(ana)
    ownership.set_availability(ana.id, Availability.OFFLINE, by=SYSTEM)
    ownership.set_availability(ana.id, Availability.BREAK, by=SYSTEM)

    with clock.moved_to(start + 9 * MINUTE):
        assert service.hand_back() == 0

    assert chat.assignee_id == ana.id


def test_passed_on_to_a_team_it_waits_in_that_queue_with_its_own_places():
    night, day = (teams.add_team(name, by=SYSTEM) for name in ("Night", "Day"))
    ana = present()
    for _ in range(3):
        TicketFactory()
    ticket = accepted(ana)

    service.transfer(ticket.id, None, by=ana.as_actor(), team_id=night.id, note="She sleeps by day")

    assert (ticket.status, ticket.team_id) == (Status.NEW, night.id)
    assert queries.position(ticket) == 1
    places = {each.conversation_id: each.place for each in queries.places_in_line("MX")}
    assert places[ticket.conversation_id] == 1
    planned(overflow_after=300)
    of_day = present(team_id=day.id)
    ownership.set_availability(ana.id, Availability.OFFLINE, by=SYSTEM)
    service.distribute(by=SYSTEM)
    assert ticket.id not in _offered_to(of_day)

    with clock.moved_to(clock.now() + 6 * MINUTE):
        _take_all_back()
        service.distribute(by=SYSTEM)
    assert ticket.id in _offered_to(of_day)


def _offered_to(staff):
    return set(db.session.scalars(select(Offer.ticket_id).where(Offer.staff_id == staff.id)))


def _take_all_back():
    for offer in db.session.scalars(select(Offer).where(Offer.answer.is_(None))):
        service.accept(offer.ticket_id, by=offer.staff.as_actor())
        service.resolve(offer.ticket_id, by=offer.staff.as_actor(), resolution="Done")


def test_the_wait_is_told_by_team_where_enough_is_known():
    night = teams.add_team("Night", by=SYSTEM)
    now = clock.now()
    for minutes, team in ((2, None), (4, None), (6, None), (20, night), (30, night), (40, night)):
        TicketFactory(
            created_at=now - minutes * MINUTE, status=Status.OPEN, accepted_at=now,
            team_id=team.id if team else None,
        )  # fmt: skip
    hers, everybodys = TicketFactory(team_id=night.id), TicketFactory()

    assert round(queries.expected_wait("MX", hers) / MINUTE) == 30
    assert round(queries.expected_wait("MX", everybodys) / MINUTE) == 13


def test_a_plan_s_times_have_bounds():
    for name, value in (("age_after", -1), ("sticky_days", 1000), ("wrap_up", 9999)):
        with pytest.raises(Invalid) as refused:
            planned(**{name: value})
        assert refused.value.details == {"field": name}


def test_a_market_that_pulls_writes_no_work_to_distribute(app):
    customer = CustomerFactory()

    def opened():
        service.open(by=SYSTEM, subject="x", topic=Topic.OTHER, customer_id=customer.id)
        listeners = db.session.scalars(select(OutboxEntry.listener))
        return [each for each in listeners if each.endswith("tickets.listeners.distribute")]

    assert opened() == []
    service.plan_routing("MX", by=SYSTEM, distribution=Distribution.OFFER)
    assert opened() != []
